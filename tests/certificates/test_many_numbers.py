"""Two hundred documents by eight threads, some of which die: no gap, no double, no hole.

Numbers, rows, jobs, journal and mails go through the functions of the domain, on PostgreSQL; what
is rendered is a constant, since the time of a rendering is no proof of a number.
"""

import itertools
import threading

import pytest

from django.db import transaction
from django.utils import timezone

from certificates import kinds
from certificates.domain.issuing import lifecycle, numbering, requests
from certificates.domain.issuing.subjects import About
from certificates.domain.rendering import engine
from certificates.enums import DocumentState
from certificates.exceptions import RenderingFailed
from certificates.models import Document, DocumentCounter, DocumentFile
from tests.certificates.sessions import attended_session
from tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.concurrency,
    pytest.mark.postgres,
]

THREADS = 8
SESSIONS = 8
PEOPLE = 25


class Killed(BaseException):
    """The worker died: nothing below catches it."""


def sequences() -> list[int]:
    return list(
        Document.objects.filter(kind=kinds.CERTIFICATE)
        .order_by("sequence")
        .values_list("sequence", flat=True)
    )


def crash(spec: kinds.DocumentKind) -> None:
    """A transaction that took a number dies before its end."""
    with transaction.atomic():
        numbering.take(kind=spec, on=timezone.localdate())
        raise RuntimeError("the power went off")


def shared(items: list, call) -> list:
    """Run `call` on every item, each thread taking every eighth one."""

    def work(rank: int) -> list:
        answers = []
        for item in items[rank::THREADS]:
            try:
                answers.append(call(item))
            except (Killed, RenderingFailed, RuntimeError) as error:
                answers.append(type(error))
        return answers

    found = at_once([lambda rank=rank: work(rank) for rank in range(THREADS)])
    assert [answer for answer in found if not isinstance(answer, list)] == []
    return list(itertools.chain.from_iterable(found))


def test_two_hundred_documents_by_eight_threads_leave_no_gap_and_no_double(monkeypatch):
    people = [
        enrolment
        for _session in range(SESSIONS)
        for enrolment in attended_session(people=PEOPLE).enrolments.select_related("session")
    ]
    assert len(people) == 200
    spec = kinds.get(kinds.CERTIFICATE)

    def ask(enrolment) -> Document:
        if enrolment.pk % 10 == 0:
            with pytest.raises(RuntimeError):
                crash(spec)
        return requests.request_document(
            kind=kinds.CERTIFICATE,
            about=About(session=enrolment.session, enrolment=enrolment),
            actor=None,
        )

    asked = shared(people, ask)
    assert {type(answer) for answer in asked} == {Document}
    assert sequences() == list(range(1, 201))
    assert DocumentCounter.objects.get(kind=kinds.CERTIFICATE).last == 200
    assert len(set(Document.objects.values_list("number", flat=True))) == 200

    # Workers: one in seven dies between number and file, one in eleven cannot draw.
    seen: set[int] = set()
    guard = threading.Lock()

    def draw(document: Document) -> bytes:
        with guard:
            is_first = document.pk not in seen
            seen.add(document.pk)
        if is_first and document.sequence % 7 == 0:
            raise Killed
        if document.sequence % 11 == 0:
            raise RenderingFailed("Le logo manque.", code="picture_lost")
        return b"%PDF-1.7 constant"

    monkeypatch.setattr(engine, "render", draw)
    monkeypatch.setattr(lifecycle, "_seal", lambda document, content: None)
    ids = [document.pk for document in asked]
    shared(ids, lambda pk: lifecycle.issue(document_id=pk))
    killed = {rank for rank in range(1, 201) if rank % 7 == 0}
    assert set(_sequences_in(DocumentState.QUEUED)) == killed
    # What the dead left is rendered by others, under the same number.
    shared(ids, lambda pk: lifecycle.issue(document_id=pk))
    failed = {rank for rank in range(1, 201) if rank % 11 == 0}
    assert set(_sequences_in(DocumentState.FAILED)) == failed
    assert set(_sequences_in(DocumentState.ISSUED)) == set(range(1, 201)) - failed
    # What cannot be rendered keeps its number, with the reason why it stands for nothing.
    for document in Document.objects.filter(state=DocumentState.FAILED):
        lifecycle.void(document=document, actor=None, reason="Session annulée")
    assert sequences() == list(range(1, 201))
    assert set(
        Document.objects.filter(state=DocumentState.VOIDED).values_list("reason", flat=True)
    ) == {"Session annulée"}
    assert DocumentFile.objects.count() == 200 - len(failed)


def _sequences_in(state: DocumentState) -> list[int]:
    return list(Document.objects.filter(state=state).values_list("sequence", flat=True))
