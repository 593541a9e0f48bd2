"""The one rule of who is expected, alone and by session."""

import datetime as dt

import pytest
import time_machine

from attendance.domain.recording import record_absence
from tests.attendance.people import DAY, TEN, at, room
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    session_with_people,
)
from training.domain.enrolments.lifecycle import end
from training.domain.expected import (
    attended_minutes,
    expected_by_half_day,
    expected_enrolments,
    planned_minutes,
)
from training.enums import AbsenceReason, EnrolmentState
from training.models import EnrolmentHalfDay, HalfDay, SessionGroup

pytestmark = pytest.mark.django_db


def names(half_day: HalfDay) -> list[str]:
    """Who is expected; the two ways of asking must agree."""
    found = list(expected_enrolments(half_day=half_day))
    assert [item.pk for item in found] == expected_by_half_day(session=half_day.session).get(
        half_day.pk, []
    )
    return [item.learner.first_name for item in found]


def test_everybody_confirmed_is_expected_in_order_of_name():
    here = room(4)
    assert names(here.half_day) == ["Inès", "Paul", "Léa", "Aïcha"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (EnrolmentState.REQUESTED, False),
        (EnrolmentState.WAITLISTED, False),
        (EnrolmentState.OFFERED, False),
        (EnrolmentState.ACCEPTED, False),
        (EnrolmentState.CONFIRMED, True),
        (EnrolmentState.COMPLETED, True),
        (EnrolmentState.REFUSED, False),
        (EnrolmentState.CANCELLED, False),
        (EnrolmentState.EXPIRED, False),
    ],
)
def test_the_state_of_the_enrolment_decides(state, expected):
    here = room(0)
    EnrolmentFactory(session=here.session, state=state)
    assert bool(names(here.half_day)) is expected


def test_a_seat_without_a_name_is_not_expected():
    here = room(0)
    EnrolmentFactory(session=here.session, learner=None)
    assert names(here.half_day) == []


def test_a_split_group_follows_its_own_half_days():
    here = room(3)
    morning, other = here.half_day, HalfDayFactory(session=here.session, day=DAY)
    everybody = HalfDayFactory(session=here.session, day=DAY + dt.timedelta(days=1))
    a, b = (SessionGroup.objects.create(session=here.session, name=name) for name in "AB")
    for enrolment, group in zip(here.enrolments, [a, b, None], strict=True):
        enrolment.group = group
        enrolment.save()
    morning.groups.add(a)
    other.groups.add(a, b)
    assert names(morning) == ["Aïcha"]
    assert names(other) == ["Paul", "Aïcha"]
    assert names(everybody) == ["Paul", "Léa", "Aïcha"]


def test_exemptions_take_away_and_additions_bring_in():
    here = room(2)
    group = SessionGroup.objects.create(session=here.session, name="A")
    here.enrolments[0].group = group
    here.enrolments[0].save()
    here.half_day.groups.add(group)
    assert names(here.half_day) == ["Aïcha"]
    for enrolment, expected in zip(here.enrolments, [False, True], strict=True):
        EnrolmentHalfDay.objects.create(
            enrolment=enrolment, half_day=here.half_day, expected=expected
        )
    assert names(here.half_day) == ["Paul"]


@pytest.mark.parametrize(
    ("state", "came", "due_that_morning"),
    [
        (EnrolmentState.DROPPED_OUT, True, True),
        # Recorded absent on the day of departure: that half-day is not due any more.
        (EnrolmentState.DROPPED_OUT, False, False),
        (EnrolmentState.NO_SHOW, False, True),
    ],
)
def test_after_leaving_only_earlier_half_days_and_those_signed_that_day_remain(
    state, came, due_that_morning
):
    here = room(1)
    before = HalfDayFactory(session=here.session, day=DAY - dt.timedelta(days=1))
    afternoon = HalfDayFactory(
        session=here.session, starts_at=at(13, 30), ends_at=at(17), trainers=[here.trainer]
    )
    after = HalfDayFactory(session=here.session, day=DAY + dt.timedelta(days=1))
    with time_machine.travel(TEN, tick=False):
        if came:
            here.sign(here.enrolments[0])
        else:
            record_absence(
                half_day=here.half_day,
                enrolment=here.enrolments[0],
                absence_reason=AbsenceReason.UNKNOWN,
                actor=here.actor,
            )
        end(enrolment=here.enrolments[0], to=state, actor=None, reason="Départ", on=DAY)
    assert names(before) == ["Aïcha"]
    assert names(here.half_day) == (["Aïcha"] if due_that_morning else [])
    assert names(afternoon) == []
    assert names(after) == []


def test_an_evening_past_midnight_belongs_to_the_day_it_starts():
    here = room(1)
    evening = HalfDayFactory(session=here.session, starts_at=at(20), ends_at=at(0, 30, day=15))
    end(
        enrolment=here.enrolments[0],
        to=EnrolmentState.DROPPED_OUT,
        actor=None,
        reason="Départ",
        on=dt.date(2027, 1, 15),
    )
    assert names(evening) == ["Aïcha"]


def test_nobody_is_expected_at_a_cancelled_half_day():
    here = room(1)
    HalfDay.objects.filter(pk=here.half_day.pk).update(state="cancelled")
    here.half_day.refresh_from_db()
    assert list(expected_enrolments(half_day=here.half_day)) == []
    assert expected_by_half_day(session=here.session) == {}


@pytest.mark.parametrize("size", [1, 3])
def test_the_number_of_queries_does_not_grow(size, django_assert_max_num_queries):
    session = session_with_people(learners=size, half_days=size)
    with django_assert_max_num_queries(5):
        assert len(expected_by_half_day(session=session)) == size
    with django_assert_max_num_queries(6):
        planned_minutes(session=session)
        attended_minutes(session=session)


def test_minutes_planned_and_followed_are_those_counted_by_hand():
    here = room(3)
    session = here.session
    second = HalfDayFactory(
        session=session,
        day=DAY + dt.timedelta(days=1),
        counted_minutes=180,
        trainers=[here.trainer],
    )
    one, two, three = here.enrolments
    EnrolmentHalfDay.objects.create(enrolment=three, half_day=second, expected=False)
    with time_machine.travel(TEN, tick=False):
        here.sign(one)
        here.sign(two, arrived_at=at(9, 45))
        here.sign(three)
    with time_machine.travel(at(10, day=15), tick=False):
        here.sign(one, half_day=second)
        record_absence(
            half_day=second,
            enrolment=two,
            absence_reason=AbsenceReason.WORK,
            actor=here.actor,
        )
    # Planned: 210 + 180, and 210 for who is exempted from the second half-day.
    assert planned_minutes(session=session) == {one.pk: 390, two.pk: 390, three.pk: 210}
    # Followed: 210 + 180; 210 - 45 + 0; 210.
    assert attended_minutes(session=session) == {one.pk: 390, two.pk: 165, three.pk: 210}
