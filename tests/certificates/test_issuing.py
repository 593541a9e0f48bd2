"""From the completion of a session to numbered, stored, mailed documents."""

import datetime as dt
import hashlib

import pytest
import time_machine

from django.core import mail
from django.core.files.storage import storages
from django.utils import timezone

from certificates import kinds
from certificates.domain.issuing import completion, lifecycle, requests
from certificates.domain.issuing.subjects import About
from certificates.enums import DocumentState
from certificates.models import Document, DocumentCounter
from core.domain import jobs, leases
from core.enums import MessageState
from core.exceptions import DomainError
from core.models import Job, JournalEntry, Message, Signatory
from tests.certificates.sessions import (
    attended_session,
    certificate_of,
    certificates,
    completed_session,
    plain,
    stored_bytes,
    text_of,
)
from tests.factories import AgreementFactory, EnrolmentFactory
from training.domain import expected
from training.domain.enrolments import lifecycle as enrolment_lifecycle
from training.domain.sessions import lifecycle as session_lifecycle
from training.enums import AgreementKind, EnrolmentState

pytestmark = pytest.mark.django_db


def test_completing_a_session_issues_a_certificate_to_everybody_who_attended(run_jobs):
    session = completed_session(people=2)
    run_jobs()
    numbers = [document.number for document in certificates()]
    year = timezone.localdate().year
    assert numbers == [f"CR-{year}-0001", f"CR-{year}-0002"]
    assert {document.state for document in certificates()} == {DocumentState.ISSUED}
    sheet = Document.objects.get(kind=kinds.ATTENDANCE_SHEET)
    assert (sheet.state, sheet.number, sheet.enrolment) == (DocumentState.ISSUED, "", None)
    assert sheet.session == session


def test_the_stored_bytes_have_the_hash_that_was_written_down(run_jobs):
    session = completed_session(people=1)
    run_jobs()
    document = certificate_of(session.enrolments.get())
    kept = document.files.get()
    content = stored_bytes(document)
    assert hashlib.sha256(content).hexdigest() == kept.sha256
    assert len(content) == kept.size
    assert kept.key.startswith("certificate/")
    assert document.enrolment.learner.last_name not in kept.key


def test_each_step_is_in_the_journal(run_jobs):
    session = completed_session(people=1)
    run_jobs()
    document = certificate_of(session.enrolments.get())
    verbs = JournalEntry.objects.filter(
        object_type="document", object_id=str(document.pk)
    ).order_by("at", "pk")
    assert [entry.verb for entry in verbs] == ["document.requested", "document.issued"]
    assert verbs[1].session == session


def test_the_learner_receives_the_certificate_by_mail(run_jobs):
    session = completed_session(people=1)
    run_jobs()
    enrolment = session.enrolments.get()
    document = certificate_of(enrolment)
    sent = [message for message in mail.outbox if "certificat" in message.subject]
    assert len(sent) == 1
    assert sent[0].to == [enrolment.learner.email]
    assert document.number in sent[0].body
    assert document.number in sent[0].alternatives[0][0]
    ((name, content, kind),) = sent[0].attachments
    assert (name, kind) == (f"{document.number}.pdf", "application/pdf")
    assert content == stored_bytes(document)


def test_a_learner_without_an_address_is_left_a_letter_to_post(run_jobs):
    session = attended_session(people=1)
    learner = session.enrolments.get().learner
    learner.email = ""
    learner.save()
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    letter = Message.objects.get(kind="certificate_issued")
    assert letter.state == MessageState.TO_DELIVER
    assert letter.attachments[0]["key"] == certificate_of(session.enrolments.get()).files.get().key


def test_hours_are_those_followed_and_planned_ones_stand_apart(run_jobs):
    session = attended_session(people=2, absences=1)
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    partial = [item for item in certificates() if item.context["followed_minutes"] == 210]
    assert len(partial) == 1
    text = text_of(stored_bytes(partial[0]))
    assert "3 heures 30" in text
    assert plain("durée prévue : 7 heures") in text


def test_nobody_is_certified_without_a_minute_attended(run_jobs):
    session = attended_session(people=1)
    absent = EnrolmentFactory(session=session)
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    absent.refresh_from_db()
    assert absent.state == EnrolmentState.NO_SHOW
    assert not Document.objects.filter(enrolment=absent).exists()
    with pytest.raises(DomainError) as refused:
        requests.request_document(
            kind=kinds.CERTIFICATE, about=About(session=session, enrolment=absent), actor=None
        )
    assert refused.value.code == "nothing_attended"


def test_somebody_who_left_gets_a_certificate_for_what_they_followed(run_jobs):
    session = attended_session(people=2)
    left = session.enrolments.order_by("pk")[0]
    enrolment_lifecycle.end(
        enrolment=left, to=EnrolmentState.DROPPED_OUT, actor=None, reason="Nouvel emploi"
    )
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    document = certificate_of(left)
    assert document.context["followed_minutes"] == 420
    assert document.context["planned"] == ""


def test_a_subcontract_received_has_no_certificate_of_ours_even_in_a_mixed_session(run_jobs):
    session = attended_session(people=2)
    bought = session.enrolments.order_by("pk")[0]
    bought.agreement = AgreementFactory(
        session=session, kind=AgreementKind.SUBCONTRACT, company=None, buyer_name="Autre organisme"
    )
    bought.save()
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    assert [document.enrolment for document in certificates()] == [
        session.enrolments.exclude(pk=bought.pk).get()
    ]
    with pytest.raises(DomainError) as refused:
        requests.request_document(
            kind=kinds.CERTIFICATE, about=About(session=session, enrolment=bought), actor=None
        )
    assert refused.value.code == "subcontract"


def test_asking_again_gives_the_same_document_and_the_same_bytes(run_jobs):
    session = completed_session(people=1)
    run_jobs()
    enrolment = session.enrolments.get()
    document = certificate_of(enrolment)
    before = stored_bytes(document)
    enrolment.learner.last_name = "Changée"
    enrolment.learner.save()
    again = requests.request_document(
        kind=kinds.CERTIFICATE, about=About(session=session, enrolment=enrolment), actor=None
    )
    lifecycle.issue(document_id=document.pk)
    run_jobs()
    assert again == document
    assert stored_bytes(document) == before
    assert certificates().count() == 1


def test_the_facts_are_frozen_when_the_document_is_asked_for(run_jobs):
    session = attended_session(people=1)
    enrolment = session.enrolments.get()
    document = requests.request_document(
        kind=kinds.CERTIFICATE, about=About(session=session, enrolment=enrolment), actor=None
    )
    enrolment.learner.last_name = "Trop-Tard"
    enrolment.learner.save()
    lifecycle.issue(document_id=document.pk)
    assert "Trop-Tard" not in text_of(stored_bytes(document))


def test_numbers_begin_again_each_year():
    session = attended_session(people=2)
    first, second = session.enrolments.order_by("pk")
    asked = {"kind": kinds.CERTIFICATE, "actor": None}
    with time_machine.travel(dt.datetime(2031, 12, 31, 12, tzinfo=dt.UTC)):
        old = requests.request_document(**asked, about=About(session=session, enrolment=first))
    with time_machine.travel(dt.datetime(2032, 1, 1, 12, tzinfo=dt.UTC)):
        new = requests.request_document(**asked, about=About(session=session, enrolment=second))
    assert (old.number, new.number) == ("CR-2031-0001", "CR-2032-0001")
    assert DocumentCounter.objects.get(year=2031).last == 1


def test_a_worker_killed_between_number_and_file_leaves_a_document_issued_later(run_jobs):
    session = attended_session(people=1)
    document = requests.request_document(
        kind=kinds.CERTIFICATE,
        about=About(session=session, enrolment=session.enrolments.get()),
        actor=None,
    )
    job = Job.objects.get(kind=lifecycle.JOB_KIND)
    # The worker takes the job, and dies: nothing more is ever written by it.
    assert jobs.claim(job.pk) is not None
    run_jobs()
    document.refresh_from_db()
    assert document.state == DocumentState.QUEUED
    with time_machine.travel(timezone.now() + leases.LEASE + dt.timedelta(minutes=1)):
        run_jobs()
    document.refresh_from_db()
    assert document.state == DocumentState.ISSUED
    assert document.number.endswith("-0001")
    assert document.files.count() == 1


def test_a_document_that_kills_every_worker_fails_and_may_be_tried_again(run_jobs):
    session = attended_session(people=1)
    document = requests.request_document(
        kind=kinds.CERTIFICATE,
        about=About(session=session, enrolment=session.enrolments.get()),
        actor=None,
    )
    job = Job.objects.get(kind=lifecycle.JOB_KIND)
    Job.objects.filter(pk=job.pk).update(attempts=jobs.MAX_ATTEMPTS)
    run_jobs()
    document.refresh_from_db()
    assert (document.state, document.failure) == (DocumentState.FAILED, jobs.WORN_OUT)
    lifecycle.retry(document=document, actor=None)
    run_jobs()
    document.refresh_from_db()
    assert document.state == DocumentState.ISSUED


def test_without_a_signatory_the_request_fails_with_a_sentence_and_takes_no_number(run_jobs):
    session = attended_session(people=1)
    Signatory.objects.all().delete()
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    failed = completion.last_failed_request(session)
    assert "signataires" in failed.error
    assert not certificates().exists()
    assert not DocumentCounter.objects.exists()
    # What needs no signatory was not stopped.
    assert Document.objects.get().kind == kinds.ATTENDANCE_SHEET
    missing = completion.missing(session)
    assert [item.kind for item in missing] == [kinds.CERTIFICATE]


def test_the_signatory_of_the_day_and_of_the_kind_signs(run_jobs):
    session = attended_session(people=1)
    Signatory.objects.create(
        name="Ancienne Gérante",
        quality="gérante",
        valid_from=dt.date(2021, 1, 1),
        valid_to=dt.date(2022, 1, 1),
    )
    Signatory.objects.create(
        name="Loïza Penn",
        quality="responsable pédagogique",
        document_kinds="certificate, attendance_sheet",
        valid_from=dt.date(2019, 1, 1),
    )
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    document = certificate_of(session.enrolments.get())
    assert document.context["signatory"] == {
        "name": "Loïza Penn",
        "quality": "responsable pédagogique",
    }


def test_a_seat_without_a_name_is_refused():
    session = attended_session(people=1)
    seat = EnrolmentFactory(session=session, learner=None)
    with pytest.raises(DomainError) as refused:
        requests.request_document(
            kind=kinds.CERTIFICATE, about=About(session=session, enrolment=seat), actor=None
        )
    assert refused.value.code == "seat_not_named"


def test_documents_of_a_session_cost_the_same_queries_whatever_their_number(
    run_jobs, django_assert_num_queries
):
    for people in (1, 3):
        session = completed_session(people=people)
        run_jobs()
        with django_assert_num_queries(2):
            listed = [
                (document.title, document.enrolment and str(document.enrolment.learner))
                for document in completion.documents_of(session)
            ]
        assert len(listed) == people + 1


def test_a_file_that_no_document_came_to_point_at_is_taken_away(run_jobs):
    session = attended_session(people=1)
    document = requests.request_document(
        kind=kinds.CERTIFICATE,
        about=About(session=session, enrolment=session.enrolments.get()),
        actor=None,
    )
    late = Document.objects.get(pk=document.pk)
    lifecycle.issue(document_id=document.pk)
    folder = storages["private"].listdir("certificate")[1]
    # A second worker, whose lease had expired, comes to the end of its drawing.
    stored = lifecycle.files.store(folder="certificate", content=b"%PDF late")
    with pytest.raises(DomainError):
        lifecycle._record(late, stored)
    assert sorted(storages["private"].listdir("certificate")[1]) == sorted(folder)
    assert document.files.count() == 1


def test_the_attended_minutes_are_the_domains_own():
    session = attended_session(people=2, absences=1)
    assert sorted(expected.attended_minutes(session=session).values()) == [210, 420]
