"""Accounts of learners and trainers: who gets one, and whose it is."""

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core.models import JournalEntry
from core.registry import Role
from tests.factories import EnrolmentFactory, LearnerFactory, TrainerFactory, UserFactory
from tests.mails import opened
from training.domain import accounts
from training.domain.enrolments import lifecycle as enrolment_lifecycle
from training.enums import EnrolmentState
from training.models import Learner, Trainer

pytestmark = pytest.mark.django_db


def test_confirming_an_enrolment_opens_an_account_without_a_password():
    enrolment = EnrolmentFactory(state=EnrolmentState.ACCEPTED, learner__email="Ines@Example.org")
    enrolment_lifecycle.confirm(enrolment=enrolment, actor=None)
    user = User.objects.get()
    assert user.email == "ines@example.org"
    assert not user.has_usable_password()
    assert Learner.objects.get().user == user
    message = enrolment.session.messages.get(kind="enrolment_confirmed")
    assert "/espace/" in opened(message).body_text


def test_a_request_alone_opens_no_account():
    EnrolmentFactory(state=EnrolmentState.REQUESTED)
    assert not User.objects.exists()


def test_somebody_without_an_address_has_no_account():
    enrolment = EnrolmentFactory(state=EnrolmentState.ACCEPTED, learner__email="")
    enrolment_lifecycle.confirm(enrolment=enrolment, actor=None)
    assert not User.objects.exists()
    assert "Sans adresse" in accounts.why_no_account(enrolment.learner)


def test_opening_twice_opens_once():
    learner = LearnerFactory()
    first = accounts.ensure_user(learner)
    assert accounts.ensure_user(learner) == first
    assert accounts.ensure_user(Learner.objects.get()) == first
    assert User.objects.count() == 1


def test_the_same_person_recorded_twice_has_one_account():
    first = LearnerFactory(first_name="Inès", last_name="Le Caradec", email="ines@example.org")
    again = LearnerFactory(first_name="INES", last_name="Le-Caradec", email="INES@example.org")
    assert accounts.ensure_user(first) == accounts.ensure_user(again)


def test_an_address_shared_by_two_people_is_the_account_of_the_first():
    mother = LearnerFactory(first_name="Anne", last_name="Tanguy", email="maison@example.org")
    son = LearnerFactory(first_name="Malo", last_name="Tanguy", email="maison@example.org")
    accounts.ensure_users(people=[mother, son])
    assert (mother.user is not None, son.user) == (True, None)
    assert "déjà celle du compte de Anne Tanguy" in accounts.why_no_account(son)
    assert JournalEntry.objects.get(verb="account.not_linked").object_id == str(son.pk)


def test_the_account_of_a_stranger_is_never_given():
    UserFactory(email="bureau@example.org", first_name="Nolwenn", last_name="Riou")
    learner = LearnerFactory(email="bureau@example.org")
    assert accounts.ensure_user(learner) is None


def test_a_member_of_staff_who_learns_keeps_one_account():
    user = UserFactory(email="bureau@example.org", first_name="Nolwenn", last_name="Riou")
    learner = LearnerFactory(email="bureau@example.org", first_name="Nolwenn", last_name="Riou")
    assert accounts.ensure_user(learner) == user


def test_a_trainer_gets_an_account_and_no_two_trainers_share_one():
    names = {"first_name": "Yann", "last_name": "Le Goff", "email": "yann@example.org"}
    trainer = TrainerFactory(user=None, **names)
    double = TrainerFactory(user=None, **names)
    assert accounts.ensure_user(trainer).email == "yann@example.org"
    assert accounts.ensure_user(double) is None


@pytest.mark.parametrize("people", [1, 3])
def test_many_accounts_cost_the_same_queries(people):
    learners = LearnerFactory.create_batch(people)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert accounts.ensure_users(people=learners) == people
    assert len(queries) == 8
    assert User.objects.count() == people


# --- What staff write -----------------------------------------------------------------------------


def test_a_trainer_written_by_staff_has_an_account_at_once():
    trainer = TrainerFactory(user=None, email="yann@example.org")
    assert accounts.keep_up(person=trainer, actor=None) == ""
    assert trainer.user.email == "yann@example.org"


def test_staff_are_told_when_the_address_is_somebody_else_s():
    UserFactory(email="yann@example.org", first_name="Anne", last_name="Tanguy")
    trainer = TrainerFactory(user=None, email="yann@example.org")
    assert "celle du compte de Anne Tanguy" in accounts.keep_up(person=trainer, actor=None)


def test_a_learner_written_by_staff_waits_for_a_confirmed_enrolment():
    learner = LearnerFactory()
    assert accounts.keep_up(person=learner, actor=None) == ""
    assert learner.user is None
    EnrolmentFactory(learner=learner)
    accounts.keep_up(person=learner, actor=None)
    assert learner.user is not None


def test_the_account_follows_a_new_address():
    learner = LearnerFactory(email="ancienne@example.org")
    user = accounts.ensure_user(learner)
    learner.email = "Nouvelle@example.org"
    assert accounts.keep_up(person=learner, actor=None) == ""
    user.refresh_from_db()
    assert user.email == "nouvelle@example.org"
    assert JournalEntry.objects.filter(verb="account.address_changed").exists()


def test_the_account_never_takes_an_address_that_is_in_use():
    UserFactory(email="prise@example.org")
    learner = LearnerFactory()
    user = accounts.ensure_user(learner)
    learner.email = "prise@example.org"
    assert "celle d’un autre compte" in accounts.keep_up(person=learner, actor=None)
    user.refresh_from_db()
    assert user.email != "prise@example.org"


def test_writing_a_record_never_moves_the_account_of_a_colleague():
    user = UserFactory(email="direction@example.org", roles=[Role.DIRECTION])
    learner = LearnerFactory(user=user, email="moi@example.org")
    assert "se change dans les comptes" in accounts.keep_up(person=learner, actor=None)
    user.refresh_from_db()
    assert user.email == "direction@example.org"


def test_the_screen_of_trainers_opens_the_account(office):
    response = office.post(
        reverse("trainers:add"),
        {"first_name": "Yann", "last_name": "Le Goff", "email": "yann@example.org"},
    )
    assert response.status_code == 302
    assert Trainer.objects.get().user.email == "yann@example.org"
