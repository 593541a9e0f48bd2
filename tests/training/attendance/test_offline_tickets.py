"""The ticket of a device: one trainer, one half-day, seven days, until it is revoked."""

import pytest
import time_machine

from tests.factories import TrainerFactory, UserFactory
from tests.training.attendance.devices import Device, bring_back, outcomes, prepared, refused
from tests.training.attendance.people import at, room
from training.domain.attendance import (
    offline,
)
from training.exceptions import DomainError
from training.models import (
    JournalEntry,
    OfflineItem,
    RuleSetting,
    TrainerAssignment,
)
from training.registry import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    """The half-day of 9:00 to 12:30, prepared the evening before."""
    return room(3)


@pytest.fixture
def device(here) -> Device:
    with time_machine.travel(at(18, day=13), tick=False):
        return prepared(here)


def test_a_ticket_is_good_for_seven_days_then_refused(here, device):
    device.sign(here.enrolments[0], at(9))
    refused(bring_back(device, at(18, 1, day=20)), 403, "ticket_expired")
    assert outcomes(bring_back(device, at(17, 59, day=20))) == ["recorded"]


def test_a_revoked_ticket_is_refused_on_whatever_device(here, device):
    device.sign(here.enrolments[0], at(9))
    with time_machine.travel(at(12), tick=False):
        assert offline.revoke(half_day=here.half_day, trainer=here.trainer, actor=here.actor) == 1
        assert offline.revoke(half_day=here.half_day, trainer=None, actor=here.actor) == 0
    refused(bring_back(device), 403, "ticket_revoked")
    assert JournalEntry.objects.filter(verb="offline.revoked").count() == 1


def test_the_ticket_of_an_account_that_was_closed_is_refused(here, device):
    device.sign(here.enrolments[0], at(9))
    type(here.actor).objects.filter(pk=here.actor.pk).update(is_active=False)
    refused(bring_back(device), 403, "ticket_revoked")


def test_a_ticket_for_another_half_day_is_refused(here, device):
    device.sign(here.enrolments[0], at(9))
    refused(bring_back(device, half_day=room(1).half_day.pk), 403, "wrong_half_day")


@pytest.mark.parametrize("change", [lambda text: text[:-1] + "?", lambda text: "", str.swapcase])
def test_a_changed_ticket_is_refused(here, device, change):
    device.sign(here.enrolments[0], at(9))
    refused(bring_back(device, ticket=change(device.token)), 403, "ticket_invalid")


def test_a_trainer_taken_off_the_half_day_brings_back_nothing_but_loses_nothing(here, device):
    device.sign(here.enrolments[0], at(9))
    TrainerAssignment.objects.filter(half_day=here.half_day).update(trainer=TrainerFactory())
    assert outcomes(bring_back(device)) == ["refused"]
    assert OfflineItem.objects.get().payload["strokes"]


def test_only_a_trainer_of_the_half_day_prepares_it_in_the_week_before_and_until_the_lock(here):
    other = TrainerFactory()
    cases = [
        (at(9), other, other.user, "not_trainer"),
        (at(9), here.trainer, UserFactory(roles=[Role.OFFICE]), "not_trainer"),
        (at(12, 29, day=7), here.trainer, here.actor, "too_early_to_prepare"),
    ]
    for moment, trainer, actor, code in cases:
        with time_machine.travel(moment, tick=False), pytest.raises(DomainError) as found:
            offline.prepare(half_day=here.half_day, trainer=trainer, actor=actor)
        assert found.value.code == code
    with time_machine.travel(at(12, 31, day=7), tick=False):
        prepared(here)
    RuleSetting.objects.create(code="offline_ticket_days", value=3, valid_from=at(1, day=1).date())
    with time_machine.travel(at(12, day=11), tick=False), pytest.raises(DomainError):
        prepared(here)


def test_the_device_takes_along_names_and_nothing_else_of_people(here):
    with time_machine.travel(at(9), tick=False):
        here.sign(here.enrolments[0])
        ticket, _token = offline.prepare(
            half_day=here.half_day, trainer=here.trainer, actor=here.actor
        )
        taken = offline.snapshot(ticket)
    assert taken["people"][2] == {
        "enrolment": str(here.enrolments[0].uuid),
        "name": "Aïcha Morvan",
        "state": "present",
        "words": "Signé à 9\u00a0h",
    }
    assert here.enrolments[0].learner.email not in str(taken)
    assert taken["ready_words"] == (
        "Prêt hors ligne, jusqu’au jeudi 21\u00a0janvier 2027 à 9\u00a0h"
    )
