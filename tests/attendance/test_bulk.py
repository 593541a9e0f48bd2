"""The past written at once reads like the past written day by day."""

import datetime as dt

import pytest
import time_machine

from django.db import IntegrityError

from attendance.domain.bulk import PastEvent, append_many
from attendance.domain.projection import rebuild_marks
from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEvent
from tests.attendance.people import DAY, at, room
from tests.factories import HalfDayFactory
from training.domain.expected import attended_minutes
from training.enums import AbsenceReason, AttendanceState, HalfDayState
from training.models import AttendanceMark

pytestmark = pytest.mark.django_db


def story(here, half_day=None, day: int = 14) -> list[PastEvent]:
    """One signs, one draws and leaves early, one is absent; the trainer locks."""
    half_day = half_day or here.half_day
    one, two, three = here.enrolments
    common = {"half_day": half_day, "trainer": here.trainer, "recorded_by": here.actor}
    return [
        PastEvent(
            **common, enrolment=one, received_at=at(9, 2, day=day), signed_name="Aïcha Morvan"
        ),
        PastEvent(
            **common,
            enrolment=two,
            received_at=at(9, 3, day=day),
            minutes=150,
            method="drawn",
            strokes=[[(0, 0), (10, 20)]],
        ),
        PastEvent(
            **common,
            enrolment=three,
            received_at=at(9, 30, day=day),
            state=AttendanceState.ABSENT,
            absence_reason=AbsenceReason.WORK,
            method="declared",
        ),
        PastEvent(**common, received_at=at(12, 30, day=day), signed_name=str(here.trainer)),
    ]


def test_the_past_is_a_right_chain_with_its_marks_locks_and_held_half_days():
    here = room(3)
    second = HalfDayFactory(
        session=here.session, day=DAY + dt.timedelta(days=1), trainers=[here.trainer]
    )
    events = append_many(session=here.session, rows=[*story(here), *story(here, second, day=15)])
    assert [event.sequence for event in events] == list(range(1, 9))
    report = verify_chain(session=here.session)
    assert report.ok, report.message
    assert report.events == 8
    assert rebuild_marks(session=here.session) == 0
    one, two, three = here.enrolments
    assert attended_minutes(session=here.session) == {one.pk: 420, two.pk: 300, three.pk: 0}
    here.half_day.refresh_from_db()
    assert here.half_day.state == HalfDayState.HELD
    assert here.half_day.held_at == at(12, 30)


def test_the_past_follows_what_is_already_there():
    here = room(3)
    second = HalfDayFactory(session=here.session, day=DAY + dt.timedelta(days=1))
    with time_machine.travel(at(10), tick=False):
        here.sign(here.enrolments[0])
    append_many(session=here.session, rows=story(here, second, day=15))
    assert verify_chain(session=here.session).ok
    assert AttendanceEvent.objects.count() == 5


def test_a_person_recorded_twice_or_a_row_of_another_session_writes_nothing():
    here, other = room(3), room(3)
    with pytest.raises(ValueError, match="another session"):
        append_many(session=other.session, rows=story(here))
    rows = story(here)
    with pytest.raises(IntegrityError):
        append_many(session=here.session, rows=[rows[0], rows[0]])


def test_nothing_to_write_writes_nothing():
    here = room(0)
    assert append_many(session=here.session, rows=[]) == []
    assert not AttendanceMark.objects.exists()
