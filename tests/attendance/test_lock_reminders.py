"""Trainers are reminded of a half-day to close an hour after its end, then the next day."""

import datetime as dt

import pytest
import time_machine

from attendance.domain.lock_reminders import remind_trainers
from attendance.domain.locking import lock_half_day
from core.models import Message, RuleSetting
from tests.attendance.people import at, room, typed
from tests.factories import TrainerFactory
from tests.mails import opened
from training.models import TrainerAssignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    place = room(0)  # 9:00 to 12:30
    place.trainer.email = "formatrice@example.org"
    place.trainer.save()
    return place


def test_a_reminder_an_hour_after_the_end_then_one_the_next_day_and_no_more(here):
    moments = {
        at(12, 31): 0,
        at(13, 29): 0,
        at(13, 30): 1,
        at(13, 40): 0,
        at(23, 0): 0,
        at(7, 59, day=15): 0,
        at(8, 0, day=15): 1,
        at(8, 10, day=15): 0,
        at(18, 0, day=16): 0,
        at(8, 0, day=20): 0,
    }
    assert {moment: remind_trainers(at=moment) for moment in moments} == moments
    first, second = Message.objects.order_by("pk")
    assert first.to_email == "formatrice@example.org"
    assert first.session == here.session
    assert "Demi-journée à clore" in first.subject
    assert "jeudi 14 janvier 2027" in first.subject
    assert f"/espace/formateur/demi-journee/{here.half_day.pk}/" in opened(first).body_text
    assert second.subject == first.subject


def test_only_whoever_has_not_closed_is_reminded(here):
    second = TrainerFactory(email="seconde@example.org")
    TrainerAssignment.objects.create(half_day=here.half_day, trainer=second, role="assistant")
    with time_machine.travel(at(12, 30), tick=False):
        lock_half_day(
            half_day=here.half_day,
            trainer=here.trainer,
            actor=here.actor,
            signature=typed(str(here.trainer)),
        )
    assert remind_trainers(at=at(14)) == 1
    assert Message.objects.get().to_email == "seconde@example.org"


def test_a_closed_half_day_reminds_nobody(here):
    with time_machine.travel(at(12, 30), tick=False):
        lock_half_day(
            half_day=here.half_day,
            trainer=here.trainer,
            actor=here.actor,
            signature=typed(str(here.trainer)),
        )
    assert remind_trainers(at=at(14)) == 0


def test_the_delay_is_a_dated_rule_and_a_lost_beat_loses_no_reminder(here):
    RuleSetting.objects.create(
        code="lock_reminder_minutes_after_end", value=180, valid_from=dt.date(2027, 1, 1)
    )
    assert remind_trainers(at=at(14)) == 0
    # Nothing ran before the next day: one mail, not two.
    assert remind_trainers(at=at(9, day=15)) == 1


def test_the_number_of_queries_of_a_sweep_with_nothing_to_do_is_small(
    here, django_assert_max_num_queries
):
    with django_assert_max_num_queries(1):
        remind_trainers(at=at(9, day=20))
