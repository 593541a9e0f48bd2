"""The commands of the app, the checks of the machine, documents in bulk."""

from io import StringIO

import pytest

from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates import checks, kinds
from certificates.domain.issuing import seeding
from certificates.domain.sealing import integrity
from certificates.enums import DocumentState
from certificates.models import Document, DocumentCounter
from core.models import JournalEntry, Signatory
from core.registry import registry
from tests.certificates.sessions import (
    attended_session,
    certificates,
    completed_session,
    issued_document,
    stored_bytes,
)
from tests.factories import EnrolmentFactory
from training.domain.sessions import lifecycle as session_lifecycle
from training.models import Enrolment

pytestmark = pytest.mark.django_db


def run(name: str, *args: str) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out, stderr=out)
    return out.getvalue()


# --- issue_certificates ---------------------------------------------------------------------------


def test_issue_certificates_waits_until_every_certificate_is_there():
    session = completed_session(people=2)
    said = run("issue_certificates", session.code, "--wait")
    assert f"2 certificat(s) en vigueur pour {session.code}." in said
    assert [document.state for document in certificates()] == [DocumentState.ISSUED] * 2


def test_issue_certificates_only_asks_without_wait():
    session = completed_session(people=1)
    assert "2 document(s) demandé(s)" in run("issue_certificates", session.code)
    assert {document.state for document in Document.objects.all()} == {DocumentState.QUEUED}


def test_issue_certificates_twice_issues_once():
    session = completed_session(people=1)
    run("issue_certificates", session.code, "--wait")
    before = stored_bytes(certificates().get())
    assert "0 document(s) demandé(s)" in run("issue_certificates", session.code, "--wait")
    assert stored_bytes(certificates().get()) == before


def test_issue_certificates_refuses_an_unknown_session():
    with pytest.raises(CommandError, match="S-INCONNUE"):
        run("issue_certificates", "S-INCONNUE")


def test_issue_certificates_refuses_a_session_that_is_not_over():
    session = attended_session(people=1)
    with pytest.raises(CommandError, match="Terminez d’abord la session"):
        run("issue_certificates", session.code)


def test_issue_certificates_says_why_nothing_can_be_issued():
    session = attended_session(people=1)
    Signatory.objects.all().delete()
    session_lifecycle.complete_session(session=session, actor=None)
    with pytest.raises(CommandError, match="signataires"):
        run("issue_certificates", session.code, "--wait")


# --- verify_documents -----------------------------------------------------------------------------


def test_verify_documents_finds_every_file_as_it_was_issued():
    issued_document(EnrolmentFactory())
    assert "1 fichier(s) intact(s)." in run("verify_documents")


def test_verify_documents_names_what_changed_and_what_is_missing():
    changed, missing = issued_document(EnrolmentFactory()), issued_document(EnrolmentFactory())
    storage = storages["private"]
    key = changed.files.get().key
    storage.delete(key)
    storage.save(key, ContentFile(b"%PDF-1.7 autre chose"))
    storage.delete(missing.files.get().key)
    found = {item.document: item.sentence for item in integrity.verify_files()}
    assert found == {changed: "le fichier a changé", missing: "le fichier manque"}
    with pytest.raises(CommandError, match="2 écart"):
        run("verify_documents")


# --- In bulk --------------------------------------------------------------------------------------


def test_documents_in_bulk_have_right_numbers_and_share_their_bytes():
    session = attended_session(people=3)
    issued = seeding.bulk_issue(
        enrolments=Enrolment.objects.filter(session=session)
        .select_related("session__programme_version__programme", "learner", "employer", "agreement")
        .order_by("pk"),
        shared_pdf=b"%PDF-1.7 partag\xc3\xa9",
    )
    assert [document.sequence for document in issued] == [1, 2, 3]
    assert DocumentCounter.objects.get().last == 3
    assert len({document.files.get().key for document in issued}) == 1
    assert list(integrity.verify_files()) == []
    assert {document.context["followed_minutes"] for document in issued} == {420}
    assert JournalEntry.objects.filter(verb="document.issued").count() == 3


def test_the_queries_of_a_bulk_do_not_follow_the_number_of_people(django_assert_max_num_queries):
    DocumentCounter.objects.create(kind=kinds.CERTIFICATE, year=timezone.localdate().year)
    for people in (1, 3):
        session = attended_session(people=people)
        enrolments = (
            Enrolment.objects.filter(session=session)
            .select_related(
                "session__programme_version__programme", "learner", "employer", "agreement"
            )
            .order_by("pk")
        )
        with django_assert_max_num_queries(21):
            seeding.bulk_issue(enrolments=enrolments, shared_pdf=b"%PDF-1.7")


def test_sheets_in_bulk_are_one_per_session():
    found = [attended_session(people=1), attended_session(people=1)]
    issued = seeding.bulk_issue_sheets(sessions=found, shared_pdf=b"%PDF-1.7")
    assert [document.session for document in issued] == found
    assert {document.kind for document in issued} == {kinds.ATTENDANCE_SHEET}


def test_an_empty_bulk_writes_nothing():
    assert seeding.bulk_issue(enrolments=[], shared_pdf=b"%PDF-1.7") == []
    assert not DocumentCounter.objects.exists()


# --- What the app registers ----------------------------------------------------------------------


def test_a_learners_file_holds_their_documents():
    document = issued_document(EnrolmentFactory())
    (line,) = registry.personal_data["documents"](document.enrolment.learner)
    assert line["numero"] == document.number
    assert line["faits"] == document.context


def test_a_kind_registers_once():
    kind = kinds.get(kinds.CERTIFICATE)
    with pytest.raises(ValueError, match="certificate"):
        kinds.register(kind)
    with pytest.raises(LookupError):
        kinds.get("inconnu")


def test_this_machine_draws_documents_fast_and_in_their_font():
    assert [found for found in run_checks() if (found.id or "").startswith("certificates.")] == []
    assert checks.document_font() == []


def test_a_machine_without_the_font_is_warned(monkeypatch):
    monkeypatch.setattr(checks, "FONT", "Une Police Qui N’Existe Pas")
    (warning,) = checks.document_font()
    assert warning.id == "certificates.W002"
    assert "fonts-lato" in warning.hint
