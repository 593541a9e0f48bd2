"""Numbers of the yearly register: no gap and no double, whatever happens at once."""

import pytest

from django.db import transaction
from django.utils import timezone

from certificates import kinds
from certificates.domain.issuing import lifecycle, numbering, requests
from certificates.domain.issuing.subjects import About
from certificates.enums import DocumentState
from certificates.models import Document, DocumentCounter
from core.domain import jobs
from core.models import Job
from tests.certificates.sessions import attended_session
from tests.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

THREADS = 8


def ask(enrolment) -> Document:
    return requests.request_document(
        kind=kinds.CERTIFICATE,
        about=About(session=enrolment.session, enrolment=enrolment),
        actor=None,
    )


def sequences() -> list[int]:
    return list(
        Document.objects.filter(kind=kinds.CERTIFICATE)
        .order_by("sequence")
        .values_list("sequence", flat=True)
    )


def test_documents_asked_for_at_once_have_numbers_without_gap_or_double():
    people = [
        enrolment
        for _session in range(THREADS)
        for enrolment in attended_session(people=5).enrolments.select_related("session")
    ]
    shares = [people[rank::THREADS] for rank in range(THREADS)]
    answers = at_once([lambda share=share: [ask(person) for person in share] for share in shares])
    assert [answer for answer in answers if not isinstance(answer, list)] == []
    assert sequences() == list(range(1, len(people) + 1))
    assert DocumentCounter.objects.get().last == len(people)


def test_the_same_document_asked_for_at_once_is_made_once():
    enrolment = attended_session(people=1).enrolments.select_related("session").get()
    answers = at_once([lambda: ask(enrolment)] * THREADS)
    assert {answer.pk for answer in answers} == {Document.objects.get().pk}
    assert sequences() == [1]


def test_a_transaction_that_fails_gives_its_number_back():
    people = list(attended_session(people=4).enrolments.select_related("session"))
    kind = kinds.get(kinds.CERTIFICATE)

    def crash() -> None:
        with transaction.atomic():
            numbering.take(kind=kind, on=timezone.localdate())
            raise RuntimeError("the power went off")

    calls = [call for person in people for call in (lambda person=person: ask(person), crash)]
    answers = at_once(calls)
    assert [type(answer) for answer in answers] == [Document, RuntimeError] * len(people)
    assert sequences() == [1, 2, 3, 4]


def test_a_document_drawn_twice_at_once_is_issued_once():
    """Two workers hold the same job: one of them had let its lease expire."""
    enrolment = attended_session(people=1).enrolments.select_related("session").get()
    document = ask(enrolment)
    first = lifecycle.issue(document_id=document.pk)
    answers = at_once([lambda: lifecycle.issue(document_id=document.pk)] * 2)
    assert {answer.pk for answer in [first, *answers]} == {document.pk}
    document.refresh_from_db()
    assert document.state == DocumentState.ISSUED
    assert document.files.count() == 1


def test_several_numbers_may_be_taken_at_once():
    kind = kinds.get(kinds.CERTIFICATE)
    with transaction.atomic():
        several = numbering.take(kind=kind, on=timezone.localdate(), count=3)
        (following,) = numbering.take(kind=kind, on=timezone.localdate())
    assert [number.sequence for number in several] == [1, 2, 3]
    assert following.text.endswith("-0004")


def test_every_request_has_its_job():
    people = attended_session(people=2).enrolments.select_related("session")
    wanted = {str(ask(person).pk) for person in people}
    assert {task for task, _pk in jobs.due()} == {lifecycle.ISSUE_TASK}
    assert set(Job.objects.values_list("subject_id", flat=True)) == wanted
