"""The ticket of a device: one trainer, one half-day, seven days, until it is revoked."""

import hashlib
import uuid

import pytest
import time_machine

from attendance.domain.offline import snapshot, tickets
from attendance.models import OfflineItem, OfflineTicket
from core.exceptions import DomainError
from core.models import JournalEntry, RuleSetting
from core.registry import Role
from tests.attendance.devices import Device, bring_back, outcomes, prepared, refused
from tests.attendance.people import at, room
from tests.factories import TrainerFactory, UserFactory
from training.models import TrainerAssignment

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
        assert tickets.revoke(half_day=here.half_day, trainer=here.trainer, actor=here.actor) == 1
        assert tickets.revoke(half_day=here.half_day, trainer=None, actor=here.actor) == 0
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


def test_a_ticket_signed_with_a_former_key_is_good_as_long_as_the_key_is_kept(
    here, device, settings
):
    device.sign(here.enrolments[0], at(9))
    former, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 50
    refused(bring_back(device), 403, "ticket_invalid")
    settings.SECRET_KEY_FALLBACKS = [former]
    assert outcomes(bring_back(device)) == ["recorded"]


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
            tickets.prepare(half_day=here.half_day, trainer=trainer, actor=actor)
        assert found.value.code == code
    with time_machine.travel(at(12, 31, day=7), tick=False):
        prepared(here)
    RuleSetting.objects.create(code="offline_ticket_days", value=3, valid_from=at(1, day=1).date())
    with time_machine.travel(at(12, day=11), tick=False), pytest.raises(DomainError):
        prepared(here)


def test_the_device_takes_along_names_and_nothing_else_of_people(here):
    with time_machine.travel(at(9), tick=False):
        here.sign(here.enrolments[0])
        ticket, _token = tickets.prepare(
            half_day=here.half_day, trainer=here.trainer, actor=here.actor
        )
        taken = snapshot.snapshot(ticket)
    salt = str(here.enrolments[0].uuid)
    assert taken["people"][2] == {
        "enrolment": salt,
        "name": "Aïcha Morvan",
        "name_keys": [hashlib.sha256(f"{salt}:morvan".encode()).hexdigest()[:16]],
        "state": "present",
        "words": "Signé à 9\u00a0h",
    }
    assert here.enrolments[0].learner.email not in str(taken)
    assert taken["ready_words"] == (
        "Prêt hors ligne, jusqu’au jeudi 21\u00a0janvier 2027 à 9\u00a0h"
    )


def test_the_same_device_prepared_again_is_one_ticket_whose_ranks_go_on(here):
    number = uuid.uuid4()
    with time_machine.travel(at(8), tick=False):
        device = prepared(here, device=number)
        device.sign(here.enrolments[0], at(8, 50))
    with time_machine.travel(at(9), tick=False):
        again = prepared(here, device=number)
        other = prepared(here, device=uuid.uuid4())
    ticket, elsewhere = OfflineTicket.objects.order_by("issued_at")
    assert (ticket.issued_at, ticket.renewed_at, ticket.expires_at) == (at(8), at(9), at(9, day=21))
    assert JournalEntry.objects.filter(verb="offline.prepared").count() == 2
    # What was written before goes with either text of the ticket, in one order.
    assert outcomes(bring_back(device)) == ["recorded"]
    again.queue = device.queue
    again.sign(here.enrolments[1], at(9, 5))
    answer = bring_back(again)
    assert outcomes(answer) == ["recorded", "recorded"]
    assert answer.json()["preparation"]["taken"] == 2
    assert snapshot.snapshot(elsewhere)["taken"] == 0
    other.sign(here.enrolments[2], at(9, 6))
    assert outcomes(bring_back(other)) == ["recorded"]


def test_a_device_does_not_bring_back_to_life_what_was_revoked_or_is_over(here):
    number = uuid.uuid4()
    with time_machine.travel(at(8), tick=False):
        prepared(here, device=number)
        ticket = OfflineTicket.objects.get()
        tickets.revoke(half_day=here.half_day, trainer=None, actor=here.actor)
        with pytest.raises(DomainError) as found:
            prepared(here, device=number, known=ticket.pk)
        assert found.value.code == "ticket_revoked"
        # Asked for by a person, it is another ticket.
        prepared(here, device=number)
    assert OfflineTicket.objects.filter(revoked_at=None).count() == 1
    with time_machine.travel(at(8, 1), tick=False), pytest.raises(DomainError) as found:
        prepared(here, device=number, known=uuid.uuid4())
    assert found.value.code == "ticket_invalid"
