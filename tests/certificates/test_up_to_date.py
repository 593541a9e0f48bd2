"""The same document, or a new version of it: decided once, and what it costs."""

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates import kinds
from certificates.domain.issuing import completion, lifecycle, requests
from certificates.domain.issuing.subjects import About
from certificates.enums import DocumentState
from certificates.models import Document
from core.models import Job
from tests.certificates.sessions import attended_session, completed_session
from training.models import TrainingSession

pytestmark = pytest.mark.django_db

REASON = "Les informations ont changé"


def certificate_now(session: TrainingSession) -> tuple[Document, bool]:
    """The certificate of the one person of the session, as its facts are read now."""
    enrolment = session.enrolments.select_related("learner").get()
    return requests.up_to_date(
        kind=kinds.CERTIFICATE,
        about=About(session=session, enrolment=enrolment),
        actor=None,
        reason=REASON,
    )


def rename(session: TrainingSession, last_name: str) -> None:
    learner = session.enrolments.get().learner
    learner.last_name = last_name
    learner.save()


def issued(document: Document, monkeypatch) -> Document:
    monkeypatch.setattr(lifecycle.engine, "render", lambda _document: b"%PDF-1.7 un essai")
    monkeypatch.setattr(lifecycle, "_seal", lambda _document, _content: None)
    return lifecycle.issue(document_id=document.pk)


def states() -> list[tuple[int, str]]:
    return list(Document.objects.order_by("pk").values_list("version", "state"))


def test_what_is_in_preparation_or_in_force_stays_while_nothing_changed(monkeypatch):
    session = attended_session(people=1)
    first, is_new = certificate_now(session)
    assert is_new
    assert certificate_now(session) == (first, False)
    issued(first, monkeypatch)
    assert certificate_now(session) == (first, False)
    assert states() == [(1, DocumentState.ISSUED)]


def test_what_is_in_preparation_on_other_facts_is_given_up():
    session = attended_session(people=1)
    certificate_now(session)
    rename(session, "Le Gouëff")
    second, is_new = certificate_now(session)
    assert is_new
    assert "Le Gouëff" in str(second.context)
    assert states() == [(1, DocumentState.VOIDED), (1, DocumentState.QUEUED)]


def test_a_version_given_up_leaves_the_one_in_force_to_be_replaced(monkeypatch):
    session = attended_session(people=1)
    first, _is_new = certificate_now(session)
    issued(first, monkeypatch)
    rename(session, "Le Gouëff")
    certificate_now(session)
    rename(session, "Le Goff")
    third, is_new = certificate_now(session)
    assert (is_new, third.supersedes) == (True, first)
    assert states() == [
        (1, DocumentState.ISSUED),
        (2, DocumentState.VOIDED),
        (2, DocumentState.QUEUED),
    ]


def test_what_failed_is_tried_again_under_its_number_while_nothing_changed():
    session = attended_session(people=1)
    first, _is_new = certificate_now(session)
    lifecycle.give_up(document_id=first.pk, sentence="Le logo manque.")
    assert certificate_now(session) == (first, True)
    assert states() == [(1, DocumentState.QUEUED)]
    lifecycle.give_up(document_id=first.pk, sentence="Le logo manque.")
    rename(session, "Le Gouëff")
    second, _is_new = certificate_now(session)
    assert second.sequence == first.sequence + 1
    assert states() == [(1, DocumentState.VOIDED), (1, DocumentState.QUEUED)]


def test_a_document_asked_for_costs_a_bounded_number_of_queries():
    costs = {}
    for people in [2, 6]:
        session = completed_session(people=people)
        Job.objects.filter(kind=completion.JOB_KIND).delete()
        with CaptureQueriesContext(connection) as queries:
            asked = completion.request_all(session=session, actor=None, replace_changed=True)
        assert len(asked) == people + 1
        costs[people] = len(queries)
    # Per document: two looks, the session locked, the number, the row, its journal, its job.
    assert (costs[6] - costs[2]) / 4 <= 13


def test_the_current_document_of_a_subject_is_found_by_its_index():
    session = attended_session(people=1)
    document, _is_new = certificate_now(session)
    found = Document.objects.current().filter(kind=document.kind, subject_key=document.subject_key)
    with connection.cursor() as cursor:
        known = connection.introspection.get_constraints(cursor, Document._meta.db_table)
    assert known["certificates_subject_kind"]["columns"] == ["subject_key", "kind"]
    # PostgreSQL weighs the rows of the table, and here there is one; SQLite goes by the shape.
    if connection.vendor == "sqlite":
        assert "certificates_subject_kind" in found.explain()
