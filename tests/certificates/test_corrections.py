"""A misspelt name: one action corrects the person and every document that bears it."""

import pytest

from django.core.exceptions import ValidationError
from django.urls import reverse

from certificates import kinds
from certificates.domain import access
from certificates.domain.issuing import completion, lifecycle, renaming
from certificates.enums import DocumentState
from certificates.models import Document
from core.exceptions import DomainError
from core.models import JournalEntry
from tests.certificates.sessions import certificate_of, completed_session
from training.models import Enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    """A person whose certificate and sheet are in force, on a few bytes each."""
    session = completed_session(people=1)
    completion.request_all(session=session, actor=None)
    for document in Document.objects.order_by("pk"):
        _pretend_issued(document)
    return session.enrolments.get()


def _pretend_issued(document: Document) -> None:
    stored = lifecycle.files.store(folder=document.kind, content=b"%PDF-1.7 un essai")
    lifecycle._record(document, stored)


def test_one_action_corrects_the_record_of_the_person_and_both_documents(office, enrolment):
    old = certificate_of(enrolment)
    sheet = Document.objects.issued().get(kind=kinds.ATTENDANCE_SHEET)
    page = office.get(reverse("register:correct", args=[old.pk]))
    assert page.context["form"]["last_name"].initial == enrolment.learner.last_name
    answer = office.post(
        reverse("register:correct", args=[old.pk]),
        {"first_name": "Soazig", "last_name": "Le Gouëff", "with_others": "on", "reason": "Nom"},
    )
    assert answer.status_code == 302
    enrolment.learner.refresh_from_db()
    assert str(enrolment.learner) == "Soazig Le Gouëff"
    replacing = Document.objects.filter(state=DocumentState.QUEUED).order_by("pk")
    assert [new.supersedes for new in replacing] == [old, sheet]
    assert "Soazig Le Gouëff" in replacing[0].context["beneficiary"]["name"]
    assert JournalEntry.objects.filter(verb="learner.changed").count() == 1
    for new in replacing:
        _pretend_issued(new)
    old.refresh_from_db()
    assert old.state == DocumentState.SUPERSEDED
    assert access.document_for(office.user, old.uuid) == old


def test_the_other_documents_are_left_when_nobody_asks(office, enrolment):
    old = certificate_of(enrolment)
    office.post(
        reverse("register:correct", args=[old.pk]),
        {"first_name": "Soazig", "last_name": "Le Gouëff", "reason": "Nom"},
    )
    assert Document.objects.get(state=DocumentState.QUEUED).supersedes == old


def test_the_same_name_is_no_correction(office, enrolment):
    old, learner = certificate_of(enrolment), enrolment.learner
    answer = office.post(
        reverse("register:correct", args=[old.pk]),
        {"first_name": learner.first_name, "last_name": learner.last_name, "reason": "Nom"},
    )
    assert answer.status_code == 422
    assert "Rien n’a changé" in answer.content.decode()


def test_a_name_that_nobody_may_have_changes_nothing(enrolment):
    old = certificate_of(enrolment)
    with pytest.raises(ValidationError):
        renaming.correct_name(
            document=old, first_name=" ", last_name="Le Gouëff", reason="Nom", actor=None
        )
    enrolment.learner.refresh_from_db()
    assert enrolment.learner.last_name != "Le Gouëff"
    assert not Document.objects.filter(state=DocumentState.QUEUED).exists()


def test_a_refused_correction_leaves_the_name_as_it_was(enrolment):
    old = certificate_of(enrolment)
    lifecycle.revoke(document=old, actor=None, reason="Erreur")
    with pytest.raises(DomainError) as refused:
        renaming.correct_name(
            document=old, first_name="Soazig", last_name="Le Gouëff", reason="Nom", actor=None
        )
    assert refused.value.code == "not_in_force"
    enrolment.learner.refresh_from_db()
    assert enrolment.learner.first_name != "Soazig"


def test_one_refusal_does_not_stop_the_others(enrolment):
    old = certificate_of(enrolment)
    sheet = Document.objects.issued().get(kind=kinds.ATTENDANCE_SHEET)
    lifecycle.revoke(document=sheet, actor=None, reason="Erreur")
    done = renaming.correct_name(
        document=old,
        first_name="Soazig",
        last_name="Le Gouëff",
        reason="Nom",
        others=[sheet],
        actor=None,
    )
    assert [new.supersedes for new in done.queued] == [old]
    ((document, sentence),) = done.refused
    assert document == sheet
    assert "en vigueur" in sentence


def test_a_document_about_nobody_in_particular_has_no_name_to_mend(office, enrolment):
    sheet = Document.objects.issued().get(kind=kinds.ATTENDANCE_SHEET)
    page = office.get(reverse("register:correct", args=[sheet.pk]))
    assert page.context["form"].fields.keys() == {"reason"}
    with pytest.raises(DomainError) as refused:
        renaming.correct_name(
            document=sheet, first_name="A", last_name="B", reason="Nom", actor=None
        )
    assert refused.value.code == "nobody_named"
