"""What domain functions of sessions cost does not grow with the people in them."""

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import JournalEntry
from tests.factories import EnrolmentFactory, session_with_people
from training.domain.sessions import lifecycle
from training.enums import AttendanceState, EnrolmentState, HalfDayState
from training.models import AttendanceMark, Enrolment, HalfDay, TrainingSession

pytestmark = pytest.mark.django_db


def held_session(people: int) -> TrainingSession:
    """A session whose half-days are held, of which all but two people attended everything."""
    session = session_with_people(learners=people, half_days=4)
    HalfDay.objects.filter(session=session).update(state=HalfDayState.HELD, held_at=timezone.now())
    enrolments = list(session.enrolments.all())
    AttendanceMark.objects.bulk_create(
        AttendanceMark(
            enrolment=enrolment,
            half_day=half_day,
            state=AttendanceState.PRESENT,
            minutes=half_day.counted_minutes,
            event_id="00000000-0000-0000-0000-000000000000",
        )
        for half_day in session.half_days.all()
        for enrolment in enrolments[2:]
    )
    EnrolmentFactory(session=session, state=EnrolmentState.WAITLISTED, waiting_rank=1)
    return session


def queries_to_complete(people: int) -> int:
    session = held_session(people)
    session.refresh_from_db()
    with CaptureQueriesContext(connection) as captured:
        lifecycle.complete_session(session=session, actor=None)
    states = list(Enrolment.objects.filter(session=session).values_list("state", flat=True))
    assert states.count(EnrolmentState.COMPLETED) == people - 2
    assert states.count(EnrolmentState.NO_SHOW) == 2
    assert states.count(EnrolmentState.EXPIRED) == 1
    lines = JournalEntry.objects.filter(session=session, verb__startswith="enrolment.")
    assert lines.filter(from_state="confirmed").count() == people
    return len(captured)


def test_completing_a_session_takes_as_many_queries_for_30_people_as_for_12():
    few, many = queries_to_complete(12), queries_to_complete(30)
    assert many == few <= 60
