"""The cast: who stands before the screen. Each name is a logged-in test client with its `user`.

Staff: `office`, `pedagogy`, `quality`, `direction`, `editor`. Outside: `trainer`,
`other_trainer`, `learner`, `other_learner`, `company_contact`, and `anonymous`.

    def test_the_office_sees_the_sessions(office):
        assert office.get("/gestion/").status_code == 200

`trainer.person`, `learner.person` and `company_contact.person` are the Trainer, Learner and
Contact behind the user: give them to the factories.
"""

from typing import Any

import pytest

from django.test import Client


class Actor(Client):
    """A test client with the person who uses it."""

    user: Any = None
    person: Any = None


def _log_in(user: Any, person: Any = None) -> Actor:
    actor = Actor()
    actor.force_login(user)
    actor.user, actor.person = user, person
    return actor


def _staff(role: str, first_name: str) -> Actor:
    from allauth.mfa.models import Authenticator

    from accounts import second_factor, staff_sessions
    from core.registry import Role
    from tests.factories import UserFactory

    user = UserFactory(email=f"{role}@example.org", first_name=first_name, roles=[Role(role)])
    # The back office opens only to a second factor, shown in this very session.
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    actor = _log_in(user)
    session = actor.session
    session[second_factor.SESSION_KEY] = user.pk
    # Tests travel in time: those about idle sessions put this note back.
    del session[staff_sessions.SESSION_KEY]
    session.save()
    return actor


@pytest.fixture
def office(db: None) -> Actor:
    return _staff("office", "Nolwenn")


@pytest.fixture
def pedagogy(db: None) -> Actor:
    return _staff("pedagogy", "Erwan")


@pytest.fixture
def quality(db: None) -> Actor:
    return _staff("quality", "Soizic")


@pytest.fixture
def direction(db: None) -> Actor:
    return _staff("direction", "Maëlle")


@pytest.fixture
def editor(db: None) -> Actor:
    return _staff("editor", "Fanch")


def _trainer(email: str) -> Actor:
    from tests.factories import TrainerFactory

    trainer = TrainerFactory(email=email, user__email=email)
    return _log_in(trainer.user, trainer)


@pytest.fixture
def trainer(db: None) -> Actor:
    return _trainer("formatrice@example.org")


@pytest.fixture
def other_trainer(db: None) -> Actor:
    return _trainer("autre-formateur@example.org")


def _learner(email: str) -> Actor:
    from tests.factories import LearnerFactory, UserFactory

    learner = LearnerFactory(email=email, user=UserFactory(email=email))
    return _log_in(learner.user, learner)


@pytest.fixture
def learner(db: None) -> Actor:
    return _learner("apprenante@example.org")


@pytest.fixture
def other_learner(db: None) -> Actor:
    return _learner("autre-apprenant@example.org")


@pytest.fixture
def company_contact(db: None) -> Actor:
    from tests.factories import ContactFactory, UserFactory

    email = "entreprise@example.org"
    contact = ContactFactory(email=email, user=UserFactory(email=email))
    return _log_in(contact.user, contact)


@pytest.fixture
def anonymous() -> Actor:
    return Actor()
