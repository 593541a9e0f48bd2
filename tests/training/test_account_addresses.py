"""The address that opens an account, when staff change it: who is written to, who sees it."""

import datetime as dt

import pytest

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.models import JournalEntry, Message
from tests.attendance.people import Room, room
from tests.cast import Actor
from tests.factories import EnrolmentFactory
from tests.mails import opened
from training.domain import accounts
from training.domain.account_addresses import changes_to_show
from training.models import Learner, Trainer

pytestmark = pytest.mark.django_db
LEFT, TAKEN = "gwenaelle@example.org", "autre@example.net"


@pytest.fixture
def here(trainer: Actor) -> Room:
    place = room(1, starts_at=timezone.now() + dt.timedelta(days=1), counted_minutes=180)
    place.taught_by(trainer.person)
    User.objects.filter(pk=trainer.user.pk).update(email=LEFT)
    trainer.user.refresh_from_db()
    return place


def move(person: Learner | Trainer, actor: Actor) -> None:
    person.refresh_from_db()
    person.email = TAKEN
    person.save()
    assert accounts.keep_up(person=person, actor=actor.user) == ""


def logs_in(user: User, at: dt.datetime) -> None:
    User.objects.filter(pk=user.pk).update(last_login=at)


def test_both_addresses_are_written_to_and_the_one_left_learns_nothing_more(office, trainer, here):
    move(trainer.person, office)
    left, taken = (Message.objects.get(to_email=address) for address in (LEFT, TAKEN))
    assert (left.kind, taken.kind) == ("account_address_left", "account_address_taken")
    for text in (opened(left).body_text, opened(left).body_html, left.subject):
        assert TAKEN not in text
        assert here.session.title not in text
        assert here.session.code not in text
    assert "dites-le-nous sans attendre" in left.body_text
    assert "vous vous connectez désormais avec celle-ci" in opened(taken).body_text


def test_a_learner_is_written_to_as_well(office, here):
    learner = EnrolmentFactory(session=here.session, learner__email=LEFT).learner
    User.objects.filter(email=LEFT).update(email="ailleurs@example.org")
    accounts.ensure_user(learner)
    move(learner, office)
    assert set(Message.objects.values_list("to_email", flat=True)) == {LEFT, TAKEN}


def test_nobody_is_written_to_when_the_account_does_not_follow(office, trainer, here):
    User.objects.create(email=TAKEN)
    trainer.person.email = TAKEN
    assert "celle" in accounts.keep_up(person=trainer.person, actor=office.user)
    assert not Message.objects.exists()


def test_a_change_made_on_the_screen_of_accounts_is_announced_too(direction, trainer, here):
    # No role opens that screen: only the account made when the product is installed.
    User.objects.filter(pk=direction.user.pk).update(is_superuser=True)
    address = reverse("wagtailusers_users:edit", args=[trainer.user.pk])
    fields = {"first_name": "Gwenaëlle", "last_name": "Tanguy", "is_active": "on"}
    assert direction.post(address, fields | {"email": LEFT}).status_code == 302
    assert not Message.objects.exists()
    assert direction.post(address, fields | {"email": TAKEN}).status_code == 302
    assert set(Message.objects.values_list("to_email", flat=True)) == {LEFT, TAKEN}
    entry = JournalEntry.objects.get(verb="account.address_changed")
    assert (entry.actor, entry.object_type) == (direction.user, "trainer")


def test_the_half_day_shows_an_address_changed_and_used_since(office, trainer, here):
    address = reverse("half-days:show", args=[here.half_day.pk])
    move(trainer.person, office)
    changed = JournalEntry.objects.get(verb="account.address_changed").at
    logs_in(trainer.user, changed - dt.timedelta(minutes=1))
    assert "adresse changée le" not in office.get(address).content.decode()
    logs_in(trainer.user, changed + dt.timedelta(minutes=1))
    page = office.get(address).content.decode()
    assert "adresse changée le" in page
    assert f"par {office.user.get_full_name()}" in page
    late = changed + dt.timedelta(days=30, seconds=1)
    assert changes_to_show(half_day=here.half_day, at=late) == []


@pytest.mark.parametrize("people", [1, 3])
def test_showing_the_changes_costs_the_same_few_queries(
    office, trainer, here, people, django_assert_max_num_queries
):
    for enrolment in EnrolmentFactory.create_batch(people, session=here.session):
        user = accounts.ensure_user(enrolment.learner)
        move_to = f"nouvelle-{enrolment.pk}@example.org"
        enrolment.learner.email = move_to
        accounts.keep_up(person=enrolment.learner, actor=office.user)
        logs_in(user, timezone.now() + dt.timedelta(minutes=1))
    with django_assert_max_num_queries(10):
        found = changes_to_show(half_day=here.half_day, at=timezone.now())
    assert len(found) == people
