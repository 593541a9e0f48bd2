"""Many sign at once: every signature becomes one event, and the chain holds."""

import pytest
import time_machine

from attendance.domain.locking import lock_half_day
from attendance.domain.own_device import recognise, sign_on_own_device
from attendance.domain.room_codes import find_room, room_code
from attendance.domain.signature_claims import confirm_claim, submit_named_claim
from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEvent, HalfDayLock
from core.exceptions import DomainError
from tests.attendance.people import at, link_of, room, typed
from tests.factories import EnrolmentFactory, LearnerFactory
from tests.threads import at_once
from training.models import AttendanceMark

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


def test_twenty_five_phones_signing_the_same_half_day_at_once_make_twenty_five_events():
    here = room(0)
    people = [
        EnrolmentFactory(session=here.session, learner=LearnerFactory(last_name=f"Nom{rank}"))
        for rank in range(25)
    ]
    with time_machine.travel(at(9), tick=False):
        code = room_code(half_day=here.half_day, actor=here.actor)
        tokens = [link_of(person) for person in people]

        def sign(rank: int) -> AttendanceEvent:
            device = f"telephone-{rank}"
            place, person = recognise(token=tokens[rank], code=code, device=device)
            return sign_on_own_device(
                room=place,
                enrolment=person,
                device=device,
                signature=typed(str(person.learner)),
            )

        answers = at_once([lambda rank=rank: sign(rank) for rank in range(25)])
    assert [answer for answer in answers if not isinstance(answer, AttendanceEvent)] == []
    assert {answer.method for answer in answers} == {"own_phone"}
    ranks = AttendanceEvent.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(ranks) == list(range(1, 26))
    assert AttendanceMark.objects.count() == 25
    report = verify_chain(session=here.session)
    assert report.ok, report.message


def test_case_1_two_people_signing_at_once_make_two_events():
    here = room(2)
    with time_machine.travel(at(9), tick=False):
        answers = at_once([lambda person=person: here.sign(person) for person in here.enrolments])
    assert {answer.sequence for answer in answers} == {1, 2}
    assert verify_chain(session=here.session).ok


def test_a_signature_confirmed_with_two_taps_at_once_is_recorded_once():
    here = room(1)
    with time_machine.travel(at(9), tick=False):
        place = find_room(room_code(half_day=here.half_day, actor=here.actor))
        claim = submit_named_claim(
            room=place, enrolment=here.enrolments[0], signature=typed("Aïcha Morvan")
        )
        answers = at_once([lambda: confirm_claim(claim=claim, actor=here.actor)] * 3)
    refusals = [answer.code for answer in answers if isinstance(answer, DomainError)]
    assert refusals == ["claim_decided"] * 2
    assert AttendanceEvent.objects.count() == 1
