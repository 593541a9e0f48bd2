"""Many sign at once: every signature becomes one event, and the chain holds."""

import pytest
import time_machine

from tests.factories import EnrolmentFactory, LearnerFactory
from tests.threads import at_once
from tests.training.attendance.people import at, room, typed
from training.domain.attendance import lock_half_day, verify_chain
from training.exceptions import DomainError
from training.models import AttendanceEvent, AttendanceMark, HalfDayLock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_twenty_five_people_signing_at_once_make_twenty_five_events():
    here = room(0)
    people = [
        EnrolmentFactory(session=here.session, learner=LearnerFactory(last_name=f"Nom{rank}"))
        for rank in range(25)
    ]
    with time_machine.travel(at(9), tick=False):
        answers = at_once([lambda person=person: here.sign(person) for person in people])
    assert [answer for answer in answers if not isinstance(answer, AttendanceEvent)] == []
    ranks = AttendanceEvent.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(ranks) == list(range(1, 26))
    assert AttendanceMark.objects.count() == 25
    report = verify_chain(session=here.session)
    assert report.ok, report.message


def test_the_same_person_signing_from_two_screens_is_recorded_once():
    here = room(1)
    with time_machine.travel(at(9), tick=False):
        answers = at_once([lambda: here.sign(here.enrolments[0])] * 4)
    refusals = [answer.code for answer in answers if isinstance(answer, DomainError)]
    assert refusals == ["already_recorded"] * 3
    assert AttendanceEvent.objects.count() == 1


def test_a_signature_and_a_lock_at_once_leave_no_signature_outside_the_lock():
    here = room(1)
    with time_machine.travel(at(12, 30), tick=False):
        answers = at_once(
            [
                lambda: here.sign(here.enrolments[0]),
                lambda: lock_half_day(
                    half_day=here.half_day,
                    trainer=here.trainer,
                    actor=here.actor,
                    signature=typed(str(here.trainer)),
                ),
            ]
        )
    assert isinstance(answers[0], AttendanceEvent)
    # The lock came second, or was refused because the person was missing.
    if isinstance(answers[1], HalfDayLock):
        assert answers[1].event.sequence == 2
    else:
        assert answers[1].code == "lock_blocked"
    assert verify_chain(session=here.session).ok
