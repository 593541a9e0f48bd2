"""Who may read a file: staff, the learner it is about, the trainer for the sheet."""

import pytest

from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from certificates import kinds
from certificates.domain import access
from certificates.enums import DocumentState
from certificates.models import Document
from tests.certificates.sessions import issued_document, stored_bytes
from tests.factories import EnrolmentFactory, HalfDayFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(learner, trainer):
    found = EnrolmentFactory(learner=learner.person)
    HalfDayFactory(session=found.session, trainers=[trainer.person])
    return found


@pytest.fixture
def certificate(enrolment) -> Document:
    return issued_document(enrolment)


@pytest.fixture
def sheet(enrolment) -> Document:
    return issued_document(enrolment, kind=kinds.ATTENDANCE_SHEET)


def get(actor, document: Document) -> int:
    response = actor.get(reverse("certificates:download", args=[document.uuid]))
    if response.streaming:
        b"".join(response)
    return response.status_code


def test_the_learner_downloads_their_certificate_byte_for_byte(learner, certificate):
    response = learner.get(reverse("certificates:download", args=[certificate.uuid]))
    assert response.status_code == 200
    assert b"".join(response) == stored_bytes(certificate)
    assert response.headers["Content-Type"] == "application/pdf"
    assert certificate.number in response.headers["Content-Disposition"]
    assert "no-store" in response.headers["Cache-Control"]


def test_everybody_else_outside_the_staff_is_told_it_does_not_exist(
    certificate, other_learner, trainer, other_trainer, company_contact
):
    for actor in (other_learner, trainer, other_trainer, company_contact):
        assert get(actor, certificate) == 404


def test_somebody_unknown_is_asked_to_log_in(anonymous, certificate):
    response = anonymous.get(reverse("certificates:download", args=[certificate.uuid]))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/compte/login/")


def test_staff_with_the_permission_read_every_document(
    certificate, sheet, office, pedagogy, quality, direction
):
    for actor in (office, pedagogy, quality, direction):
        assert get(actor, certificate) == get(actor, sheet) == 200


def test_editors_read_none(certificate, editor):
    assert get(editor, certificate) == 404


def test_the_sheet_is_for_the_trainers_of_the_session(
    sheet, trainer, other_trainer, learner, other_learner
):
    assert get(trainer, sheet) == 200
    for actor in (other_trainer, learner, other_learner):
        assert get(actor, sheet) == 404


def test_what_is_no_longer_in_force_is_for_the_staff_alone(certificate, learner, office):
    Document.objects.filter(pk=certificate.pk).update(
        state=DocumentState.REVOKED, revoked_at=timezone.now(), reason="Essai"
    )
    assert get(learner, certificate) == 404
    assert get(office, certificate) == 200


def test_a_document_without_its_file_is_not_found(certificate, office):
    storages["private"].delete(certificate.files.get().key)
    assert get(office, certificate) == 404


def test_a_file_name_is_a_number_never_a_name(certificate, sheet):
    assert certificate.file_name == f"{certificate.number}.pdf"
    assert sheet.file_name == f"feuille-d-emargement-{sheet.session.code}.pdf"


def test_learners_find_their_own_documents(learner, other_learner, certificate, sheet):
    assert list(access.documents_of_learner(learner.user)) == [certificate]
    assert list(access.documents_of_learner(other_learner.user)) == []


def test_nobody_has_no_document(anonymous, certificate, rf):
    from django.contrib.auth.models import AnonymousUser

    assert not access.documents_of_learner(AnonymousUser()).exists()
    assert not access.documents_for(AnonymousUser()).exists()
