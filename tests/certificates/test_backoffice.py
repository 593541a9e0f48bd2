"""Staff screens: the tab of a session, the register, the actions."""

import pytest

from django.urls import reverse

from certificates import kinds
from certificates.domain.issuing import requests
from certificates.enums import DocumentState
from certificates.models import Document
from core.models import Signatory
from tests.certificates.sessions import (
    attended_session,
    certificate_of,
    certificates,
    completed_session,
    issued_document,
    plain,
)
from tests.factories import EnrolmentFactory
from training.domain.sessions import lifecycle as session_lifecycle

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return plain(response.content.decode())


def tab_of(session) -> str:
    return reverse("session-documents", args=[session.pk])


def failed_document() -> Document:
    document = issued_document(EnrolmentFactory(), issued_at=None, state=DocumentState.QUEUED)
    Document.objects.filter(pk=document.pk).update(
        state=DocumentState.FAILED, failure="Le dessin a échoué."
    )
    document.refresh_from_db()
    return document


@pytest.fixture
def certificate(run_jobs) -> Document:
    session = completed_session(people=1)
    run_jobs()
    return certificate_of(session.enrolments.get())


# --- The tab of a session -------------------------------------------------------------------------


def test_the_tab_lists_documents_with_their_state_and_their_file(office, certificate):
    response = office.get(tab_of(certificate.session))
    text = words(response)
    assert certificate.number in text
    assert "Émis" in text
    assert str(certificate.enrolment.learner) in text
    assert reverse("certificates:download", args=[certificate.uuid]) in text
    assert "Feuille d’émargement" in text


def test_before_the_end_the_tab_says_when_documents_come(office):
    session = attended_session(people=1)
    assert "sont émis à la fin de la session" in words(office.get(tab_of(session)))


def test_what_is_missing_is_named_with_the_cause_and_issued_from_the_tab(office, run_jobs):
    session = attended_session(people=1)
    signatory = Signatory.objects.get()
    signatory.delete()
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    text = words(office.get(tab_of(session)))
    assert "La dernière demande n’a pas abouti." in text
    assert "signataires" in text
    assert plain("1 document à émettre :") in text
    assert str(session.enrolments.get().learner) in text
    Signatory.objects.create(
        name=signatory.name, quality=signatory.quality, valid_from=signatory.valid_from
    )
    response = office.post(reverse("session-documents-issue", args=[session.pk]))
    assert response.headers["Location"] == tab_of(session)
    run_jobs()
    assert certificates().get().state == DocumentState.ISSUED
    text = words(office.get(tab_of(session)))
    assert plain("à émettre :") not in text
    assert "n’a pas abouti" not in text


def test_nothing_is_issued_from_a_session_that_is_not_over(office):
    session = attended_session(people=1)
    address = reverse("session-documents-issue", args=[session.pk])
    assert "découlent de la fin de la session" in words(office.get(address))
    office.post(address)
    assert not Document.objects.exists()


def test_the_tab_shows_actions_only_to_those_who_may(office, quality, direction, certificate):
    correct = reverse("register:correct", args=[certificate.pk])
    revoke = reverse("register:revoke", args=[certificate.pk])
    seen = {
        name: [
            address in words(actor.get(tab_of(certificate.session)))
            for address in (correct, revoke)
        ]
        for name, actor in {"office": office, "quality": quality, "direction": direction}.items()
    }
    assert seen == {
        "office": [True, False],
        "quality": [False, False],
        "direction": [True, True],
    }


def test_the_tab_costs_the_same_queries_whatever_the_number_of_people(
    office, run_jobs, django_assert_num_queries
):
    office.get("/gestion/")
    for people in (1, 3):
        session = completed_session(people=people)
        run_jobs()
        with django_assert_num_queries(22):
            office.get(tab_of(session))


# --- The register ---------------------------------------------------------------------------------


def test_the_register_lists_and_finds_documents(quality):
    first, second = (issued_document(EnrolmentFactory()) for _rank in range(2))
    sheet = issued_document(EnrolmentFactory(), kind=kinds.ATTENDANCE_SHEET)
    text = words(quality.get(reverse("register:index")))
    for document in (first, second, sheet):
        assert document.label in text
    found = words(quality.get(reverse("register:index_results"), {"q": second.number}))
    assert second.number in found
    assert first.number not in found
    sheets = words(quality.get(reverse("register:index_results"), {"kind": kinds.ATTENDANCE_SHEET}))
    assert sheet.label in sheets
    assert first.number not in sheets


def test_the_register_is_exported(quality):
    document = issued_document(EnrolmentFactory())
    issued_document(EnrolmentFactory(), kind=kinds.ATTENDANCE_SHEET)
    response = quality.get(reverse("register:index"), {"export": "csv"})
    exported = b"".join(response).decode("utf-8-sig")
    assert document.number in exported
    assert "Certificat de réalisation" in exported


def test_the_register_costs_the_same_queries_whatever_its_rows(quality, django_assert_num_queries):
    quality.get(reverse("register:index"))
    for rows in (1, 2):
        for _rank in range(rows):
            issued_document(EnrolmentFactory())
        with django_assert_num_queries(12):
            quality.get(reverse("register:index"))


def test_a_document_shows_its_hash_its_page_and_its_successor(direction, certificate, run_jobs):
    learner = certificate.enrolment.learner
    learner.last_name = "Le Bihan"
    learner.save()
    new = requests.correct(document=certificate, actor=direction.user, reason="Nom")
    run_jobs()
    text = words(direction.get(reverse("register:inspect", args=[certificate.pk])))
    assert certificate.files.get().sha256 in text
    assert certificate.token in text
    assert "Remplacé par" in text
    assert new.number in text


# --- Actions -------------------------------------------------------------------------------------


def test_the_office_corrects_with_a_reason(office, certificate, run_jobs):
    address = reverse("register:correct", args=[certificate.pk])
    learner = certificate.enrolment.learner

    def correct(reason):
        names = {"first_name": learner.first_name, "last_name": learner.last_name}
        return office.post(address, {**names, "reason": reason})

    refused = correct("Nom")
    assert refused.status_code == 422
    assert "Rien n’a changé depuis l’émission" in words(refused)
    learner.last_name = "Le Bihan"
    learner.save()
    assert "Indiquez le motif." in words(correct(""))
    assert correct("Nom mal écrit").status_code == 302
    run_jobs()
    certificate.refresh_from_db()
    assert certificate.state == DocumentState.SUPERSEDED
    assert certificates().last().requested_by == office.user


def test_the_direction_revokes_with_a_reason(direction, certificate):
    address = reverse("register:revoke", args=[certificate.pk])
    assert "Révoquer" in words(direction.get(address))
    assert direction.post(address, {"reason": ""}).status_code == 422
    direction.post(address, {"reason": "Présence contestée"})
    certificate.refresh_from_db()
    assert (certificate.state, certificate.reason) == (
        DocumentState.REVOKED,
        "Présence contestée",
    )
    assert plain("est à l’état « Révoqué »") in words(direction.get(address))


def test_the_office_may_not_revoke(office, certificate):
    response = office.post(
        reverse("register:revoke", args=[certificate.pk]), {"reason": "Présence contestée"}
    )
    assert response.headers["Location"] == "/gestion/"
    certificate.refresh_from_db()
    assert certificate.state == DocumentState.ISSUED


def test_the_office_retries_or_gives_up_a_document_that_failed(office, run_jobs):
    retried, given_up = failed_document(), failed_document()
    home = words(office.get("/gestion/"))
    assert "Documents en échec" in home
    assert retried.number in home
    page = words(office.get(reverse("register:retry", args=[retried.pk])))
    assert "Le dessin a échoué." in page
    office.post(reverse("register:retry", args=[retried.pk]))
    retried.refresh_from_db()
    assert retried.state == DocumentState.QUEUED
    office.post(reverse("register:void", args=[given_up.pk]), {"reason": "Doublon"})
    given_up.refresh_from_db()
    assert (given_up.state, given_up.reason) == (DocumentState.VOIDED, "Doublon")


def test_the_journal_of_the_session_says_it_in_french(direction, certificate):
    journal = words(direction.get(reverse("sessions:journal", args=[certificate.session_id])))
    assert "Document demandé" in journal
    assert "Document émis" in journal
