"""Accounts of learners and trainers: who gets one, and whose it is."""

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.factories import EnrolmentFactory, LearnerFactory, TrainerFactory, UserFactory
from training.domain import accounts, enrolments
from training.enums import EnrolmentState
from training.models import JournalEntry, Learner

pytestmark = pytest.mark.django_db


def test_confirming_an_enrolment_opens_an_account_without_a_password():
    enrolment = EnrolmentFactory(state=EnrolmentState.ACCEPTED, learner__email="Ines@Example.org")
    enrolments.confirm(enrolment=enrolment, actor=None)
    user = User.objects.get()
    assert user.email == "ines@example.org"
    assert not user.has_usable_password()
    assert Learner.objects.get().user == user
    message = enrolment.session.messages.get(kind="enrolment_confirmed")
    assert "/espace/" in message.body_text


def test_a_request_alone_opens_no_account():
    EnrolmentFactory(state=EnrolmentState.REQUESTED)
    assert not User.objects.exists()


def test_somebody_without_an_address_has_no_account():
    enrolment = EnrolmentFactory(state=EnrolmentState.ACCEPTED, learner__email="")
    enrolments.confirm(enrolment=enrolment, actor=None)
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
