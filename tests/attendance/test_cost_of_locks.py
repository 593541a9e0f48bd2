"""What is done while a session is locked: a bounded number of queries, whatever the people."""

import pytest
import time_machine

from attendance.domain.absences.opening import follow_half_day
from attendance.domain.locking import lock_half_day
from attendance.domain.recording import record_absence
from attendance.models import AbsenceFollowUp, FollowedAbsence, HalfDayLock
from core.models import JournalEntry
from tests.attendance.people import Room, at, crowd, typed
from tests.factories import HalfDayFactory
from training.enums import AbsenceReason, AttendanceState, HalfDayState
from training.models import AttendanceMark

pytestmark = pytest.mark.django_db

SIGN, LOCK, ABSENCES, AGAIN = 20, 50, 14, 8


@pytest.fixture(autouse=True)
def _at_the_end():
    with time_machine.travel(at(12, 25), tick=False):
        yield


def close(here: Room) -> HalfDayLock:
    return lock_half_day(
        half_day=here.half_day,
        trainer=here.trainer,
        actor=here.actor,
        signature=typed(str(here.trainer)),
    )


def everyone_noted(here: Room, absent: int) -> None:
    for rank, enrolment in enumerate(here.enrolments):
        if rank < absent:
            record_absence(
                half_day=here.half_day,
                enrolment=enrolment,
                absence_reason=AbsenceReason.EXCUSED,
                actor=here.actor,
            )
        else:
            here.sign(enrolment)


@pytest.mark.parametrize("people", [1, 12, 30])
def test_a_signature_reads_one_person_and_not_the_whole_board(
    people, django_assert_max_num_queries
):
    here = crowd(people)
    with django_assert_max_num_queries(SIGN):
        here.sign(here.enrolments[0])
    assert AttendanceMark.objects.get().state == AttendanceState.PRESENT


def test_a_signature_in_the_place_of_an_absence_costs_no_more(django_assert_max_num_queries):
    here = crowd(3)
    everyone_noted(here, absent=3)
    with django_assert_max_num_queries(SIGN):
        here.sign(here.enrolments[0])
    mark = AttendanceMark.objects.get(enrolment=here.enrolments[0])
    assert (mark.state, mark.minutes, mark.absence_reason) == (AttendanceState.PRESENT, 210, "")
    assert AttendanceMark.objects.count() == 3


@pytest.mark.parametrize("people", [3, 12, 30])
@pytest.mark.parametrize("last", [False, True], ids=["another to come", "the last one"])
def test_a_lock_costs_the_same_whatever_the_people(people, last, django_assert_max_num_queries):
    here = crowd(people)
    if not last:
        HalfDayFactory(session=here.session, day=at(9, day=15).date(), trainers=[here.trainer])
    everyone_noted(here, absent=people // 3)
    with django_assert_max_num_queries(LOCK):
        close(here)
    here.half_day.refresh_from_db()
    assert here.half_day.state == HalfDayState.HELD
    assert AbsenceFollowUp.objects.count() == people // 3


@pytest.mark.parametrize("absent", [1, 12, 30])
def test_absences_of_a_half_day_are_opened_together(absent, django_assert_max_num_queries):
    here = crowd(absent)
    everyone_noted(here, absent=absent)
    with django_assert_max_num_queries(ABSENCES):
        followed = follow_half_day(half_day=here.half_day, actor=None)
    assert [row.enrolment_id for row in followed] == [row.pk for row in here.enrolments]
    assert FollowedAbsence.objects.count() == absent
    assert JournalEntry.objects.filter(verb="absence.opened", to_state="open").count() == absent
    with django_assert_max_num_queries(AGAIN):
        assert follow_half_day(half_day=here.half_day, actor=None) == []
