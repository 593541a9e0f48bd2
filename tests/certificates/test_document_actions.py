"""Corrections, revocations, voided numbers, sessions taken up again."""

import pytest

from django.core import mail

from attendance.domain import recording
from certificates import kinds
from certificates.domain.issuing import completion, lifecycle, requests
from certificates.domain.issuing.subjects import About
from certificates.enums import DocumentState
from certificates.models import Document
from core.exceptions import DomainError, TransitionRefused
from core.models import JournalEntry
from core.registry import Role
from tests.certificates.sessions import (
    attended_session,
    certificate_of,
    certificates,
    completed_session,
    stored_bytes,
    text_of,
)
from tests.factories import UserFactory
from training.domain.sessions import lifecycle as session_lifecycle

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(run_jobs) -> Document:
    """A certificate in force."""
    session = completed_session(people=1)
    run_jobs()
    return certificate_of(session.enrolments.get())


def rename(document: Document, last_name: str) -> None:
    learner = document.enrolment.learner
    learner.last_name = last_name
    learner.save()


def reason_in_journal(document: Document, verb: str) -> str:
    entry = JournalEntry.objects.get(object_type="document", object_id=str(document.pk), verb=verb)
    return entry.details.data["reason"]


# --- Correcting -----------------------------------------------------------------------------------


def test_a_correction_is_a_new_document_that_supersedes_the_old_one(issued, run_jobs):
    before = stored_bytes(issued)
    rename(issued, "Le Bihan")
    mail.outbox.clear()
    new = requests.correct(document=issued, actor=None, reason="Nom mal orthographié")
    # Until the new one is there, the old one is still the one in force.
    issued.refresh_from_db()
    assert issued.state == DocumentState.ISSUED
    run_jobs()
    issued.refresh_from_db()
    new.refresh_from_db()
    assert (issued.state, new.state) == (DocumentState.SUPERSEDED, DocumentState.ISSUED)
    assert (new.supersedes, new.version) == (issued, 2)
    assert new.sequence == issued.sequence + 1
    assert stored_bytes(issued) == before
    text = text_of(stored_bytes(new))
    assert "Le Bihan" in text
    assert f"Ce certificat remplace le certificat {issued.number}" in text
    assert "version 2" in text
    assert f"Il remplace le certificat {issued.number}" in mail.outbox[-1].body
    assert reason_in_journal(new, "document.requested") == "Nom mal orthographié"


def test_a_correction_that_changes_nothing_is_refused(issued):
    with pytest.raises(DomainError) as refused:
        requests.correct(document=issued, actor=None, reason="Pour voir")
    assert refused.value.code == "nothing_to_correct"
    assert certificates().count() == 1


def test_a_correction_needs_a_reason(issued):
    rename(issued, "Le Bihan")
    with pytest.raises(DomainError) as refused:
        requests.correct(document=issued, actor=None, reason="  ")
    assert refused.value.code == "reason_required"


def test_a_correction_is_asked_for_once(issued):
    rename(issued, "Le Bihan")
    requests.correct(document=issued, actor=None, reason="Nom")
    with pytest.raises(DomainError) as refused:
        requests.correct(document=issued, actor=None, reason="Nom")
    assert refused.value.code == "already_queued"


def test_only_a_document_in_force_is_corrected(issued):
    lifecycle.revoke(document=issued, actor=None, reason="Erreur")
    rename(issued, "Le Bihan")
    with pytest.raises(DomainError) as refused:
        requests.correct(document=issued, actor=None, reason="Nom")
    assert refused.value.code == "not_in_force"


def test_a_document_revoked_while_its_correction_is_drawn_stays_revoked(issued, run_jobs):
    rename(issued, "Le Bihan")
    new = requests.correct(document=issued, actor=None, reason="Nom")
    lifecycle.revoke(document=issued, actor=None, reason="Erreur de session")
    run_jobs()
    issued.refresh_from_db()
    new.refresh_from_db()
    assert (issued.state, new.state) == (DocumentState.REVOKED, DocumentState.ISSUED)


# --- Revoking, voiding ----------------------------------------------------------------------------


def test_a_revocation_keeps_its_reason_and_its_author(issued):
    director = UserFactory(roles=[Role.DIRECTION])
    lifecycle.revoke(document=issued, actor=director, reason="Présence contestée")
    issued.refresh_from_db()
    assert issued.state == DocumentState.REVOKED
    assert issued.revoked_at is not None
    assert issued.reason == "Présence contestée"
    assert reason_in_journal(issued, "document.revoked") == "Présence contestée"


def test_a_revocation_needs_a_reason(issued):
    with pytest.raises(DomainError) as refused:
        lifecycle.revoke(document=issued, actor=None, reason="")
    assert refused.value.code == "reason_required"
    issued.refresh_from_db()
    assert issued.state == DocumentState.ISSUED


def test_after_a_revocation_the_document_may_be_asked_for_again(issued, run_jobs):
    lifecycle.revoke(document=issued, actor=None, reason="Erreur")
    again = requests.request_document(
        kind=kinds.CERTIFICATE,
        about=About(session=issued.session, enrolment=issued.enrolment),
        actor=None,
    )
    run_jobs()
    again.refresh_from_db()
    assert again.state == DocumentState.ISSUED
    assert again.sequence == issued.sequence + 1


def test_a_voided_number_stays_in_the_register_with_its_reason():
    session = attended_session(people=2)
    first, second = session.enrolments.order_by("pk")
    asked = {"kind": kinds.CERTIFICATE, "actor": None}
    given_up = requests.request_document(**asked, about=About(session=session, enrolment=first))
    lifecycle.void(document=given_up, actor=None, reason="Session confondue avec une autre")
    following = requests.request_document(**asked, about=About(session=session, enrolment=second))
    given_up.refresh_from_db()
    assert (given_up.state, given_up.reason) == (
        DocumentState.VOIDED,
        "Session confondue avec une autre",
    )
    assert [item.sequence for item in certificates()] == [1, 2]
    assert following.sequence == 2
    # A voided document is not rendered any more.
    assert lifecycle.issue(document_id=given_up.pk).state == DocumentState.VOIDED


@pytest.mark.parametrize("action", ["void", "retry"])
def test_an_issued_document_is_neither_voided_nor_retried(issued, action):
    reason = {"reason": "Non"} if action == "void" else {}
    with pytest.raises(TransitionRefused):
        getattr(lifecycle, action)(document=issued, actor=None, **reason)


# --- Sessions taken up again ----------------------------------------------------------------------


def complete_again(session, run_jobs, change=None) -> None:
    session_lifecycle.reopen_session(session=session, actor=None, reason="Erreur d’émargement")
    if change:
        change()
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()


def test_documents_that_would_say_the_same_are_kept(run_jobs):
    session = completed_session(people=2)
    run_jobs()
    before = {document.pk: stored_bytes(document) for document in certificates()}
    complete_again(session, run_jobs)
    assert {document.pk for document in certificates()} == set(before)
    assert all(document.state == DocumentState.ISSUED for document in certificates())
    assert all(stored_bytes(document) == before[document.pk] for document in certificates())


def test_documents_that_would_say_otherwise_are_superseded(run_jobs):
    session = completed_session(people=2)
    run_jobs()
    changed, same = session.enrolments.order_by("pk")
    old = certificate_of(changed)
    kept = certificate_of(same)

    def correct_hours():
        recording.correct(
            half_day=session.half_days.order_by("starts_at")[0],
            enrolment=changed,
            state="present",
            minutes=90,
            reason="Partie plus tôt",
            actor=UserFactory(roles=[Role.OFFICE]),
        )

    complete_again(session, run_jobs, correct_hours)
    old.refresh_from_db()
    assert old.state == DocumentState.SUPERSEDED
    new = certificate_of(changed)
    assert new.context["followed_minutes"] == 300
    assert certificate_of(same) == kept
    sheets = Document.objects.filter(kind=kinds.ATTENDANCE_SHEET).order_by("version")
    assert [sheet.state for sheet in sheets] == [DocumentState.SUPERSEDED, DocumentState.ISSUED]


def test_a_certificate_no_longer_due_is_revoked(run_jobs):
    session = completed_session(people=2)
    run_jobs()
    absent = session.enrolments.order_by("pk")[0]
    old = certificate_of(absent)

    def take_back_presence():
        for half_day in session.half_days.all():
            recording.correct(
                half_day=half_day,
                enrolment=absent,
                state="absent",
                absence_reason="unexcused",
                reason="Signature d’une autre personne",
                actor=UserFactory(roles=[Role.OFFICE]),
            )

    complete_again(session, run_jobs, take_back_presence)
    old.refresh_from_db()
    assert old.state == DocumentState.REVOKED
    assert not completion.missing(session)


def test_a_document_still_waiting_gives_way_to_the_facts_of_the_new_completion(run_jobs):
    session = completed_session(people=1)
    completion.request_now(session=session, actor=None)
    waiting = certificates().get()
    assert waiting.state == DocumentState.QUEUED
    complete_again(session, run_jobs, lambda: rename(waiting, "Le Bihan"))
    waiting.refresh_from_db()
    assert waiting.state == DocumentState.VOIDED
    assert "Le Bihan" in certificate_of(waiting.enrolment).context["beneficiary"]["name"]


def test_nothing_is_asked_for_before_the_end_of_the_session():
    session = attended_session(people=1)
    for ask in (completion.enqueue_all, completion.request_now):
        with pytest.raises(DomainError) as refused:
            ask(session=session, actor=None)
        assert refused.value.code == "session_not_completed"
    assert completion.missing(session) == []
