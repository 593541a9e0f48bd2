"""Signing on one's own phone: the code of the room, the personal link, the phone known again."""

import datetime as dt

import pytest
import time_machine

from attendance.domain.own_device import people_of, recognise, sign_on_own_device
from attendance.domain.room_codes import find_room, renew_room_code, room_code
from attendance.domain.signature_claims import confirm_claim, refuse_claim, submit_named_claim
from attendance.domain.verification import verify_chain
from attendance.enums import AttendanceMethod
from attendance.models import AttendanceEvent, RoomCode, SignatureClaim, SigningDevice, SigningLink
from core.exceptions import DomainError
from tests.attendance.people import DEVICE, TEN, Room, at, drawn, link_of, on_phone, room, typed
from tests.factories import HalfDayFactory
from training.enums import Modality
from training.models import AttendanceMark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_o_clock():
    with time_machine.travel(TEN, tick=False):
        yield


def refused(call, code: str) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call()
    assert caught.value.code == code
    return caught.value


def lock(here: Room) -> None:
    from attendance.domain.locking import lock_half_day
    from attendance.domain.recording import record_absences

    people = [item for item in here.enrolments if not item.marks.exists()]
    record_absences(
        half_day=here.half_day, enrolments=people, absence_reason="unexcused", actor=here.actor
    )
    lock_half_day(
        half_day=here.half_day,
        trainer=here.trainer,
        actor=here.actor,
        signature=typed(str(here.trainer)),
        early_reason="Essai",
    )


# --- Place and person -----------------------------------------------------------------------------


def test_the_event_says_that_it_came_from_the_person_s_own_phone():
    here = room(1)
    event = on_phone(here, here.enrolments[0], device_time=TEN + dt.timedelta(minutes=7))
    assert event.method == AttendanceMethod.OWN_PHONE
    assert event.minutes == 210
    assert event.recorded_by is None
    assert event.context == {
        "link_id": SigningLink.objects.get().pk,
        "room_code_id": RoomCode.objects.get().pk,
        "device_time": "2027-01-14T09:07:00.000000Z",
        "drift_seconds": 420,
    }
    assert verify_chain(session=here.session).ok


def test_at_a_distance_the_method_says_so_and_a_drawing_is_as_good():
    here = room(1, modality=Modality.REMOTE)
    event = on_phone(here, here.enrolments[0], signature=drawn())
    assert event.method == AttendanceMethod.REMOTE
    assert event.details.data["strokes"] == [[[10, 10], [200, 180]]]


def test_neither_the_code_nor_the_link_can_be_read_in_the_database():
    here = room(1)
    code, token = room_code(half_day=here.half_day, actor=here.actor), link_of(here.enrolments[0])
    for row in (*RoomCode.objects.values(), *SigningLink.objects.values()):
        assert code not in map(str, row.values())
        assert token not in map(str, row.values())
    assert len(code) == 6
    # The trainer's screen may show it again; renewed, it is another one.
    assert room_code(half_day=here.half_day, actor=here.actor) == code
    assert renew_room_code(half_day=here.half_day, actor=here.actor) != code


def test_a_wrong_link_and_a_wrong_code_are_refused_in_the_same_words():
    here = room(1)
    code, token = room_code(half_day=here.half_day, actor=here.actor), link_of(here.enrolments[0])
    sentences = {
        refused(
            lambda pair=pair: recognise(token=pair[0], code=pair[1], device=DEVICE),
            "access_refused",
        ).message
        for pair in [
            ("autre", code),
            (token, "AAAAAA"),
            ("autre", "AAAAAA"),
            ("", ""),
            (token, "é"),
        ]
    }
    assert len(sentences) == 1
    assert not SigningDevice.objects.exists()
    found, person = recognise(token=token, code=f" {code[:3].lower()} {code[3:]}", device=DEVICE)
    assert (found.half_day, person) == (here.half_day, here.enrolments[0])


def test_case_3_the_code_of_another_half_day_is_refused_as_a_bad_code():
    morning = room(1)
    other = HalfDayFactory(
        session=morning.session,
        trainers=[morning.trainer],
        starts_at=at(13, 30),
        ends_at=at(17),
        label="afternoon",
    )
    elsewhere = room(0)
    token = link_of(morning.enrolments[0])
    bad = refused(lambda: recognise(token=token, code="AAAAAA", device=DEVICE), "access_refused")
    # The room next door, at the same time.
    code = room_code(half_day=elsewhere.half_day, actor=elsewhere.actor)
    next_door = refused(lambda: recognise(token=token, code=code, device=DEVICE), "access_refused")
    # The morning's code, in the afternoon.
    code = room_code(half_day=morning.half_day, actor=morning.actor)
    with time_machine.travel(at(13, 40), tick=False):
        room_code(half_day=other, actor=morning.actor)
        old = refused(lambda: recognise(token=token, code=code, device=DEVICE), "access_refused")
    assert bad.message == next_door.message == old.message
    assert not AttendanceEvent.objects.exists()


def test_a_code_dies_when_it_is_renewed_and_when_the_half_day_is_locked():
    here = room(2)
    first = room_code(half_day=here.half_day, actor=here.actor)
    second = renew_room_code(half_day=here.half_day, actor=here.actor)
    refused(lambda: find_room(first), "access_refused")
    assert find_room(second).half_day == here.half_day
    lock(here)
    refused(lambda: find_room(second), "access_refused")
    assert not RoomCode.objects.filter(ended_at__isnull=True).exists()
    refused(lambda: room_code(half_day=here.half_day, actor=here.actor), "half_day_locked")


def test_a_phone_recognised_once_needs_only_the_code_for_the_rest_of_the_session():
    here = room(1)
    aicha = here.enrolments[0]
    on_phone(here, aicha, device=DEVICE)
    afternoon = HalfDayFactory(
        session=here.session,
        trainers=[here.trainer],
        starts_at=at(13, 30),
        ends_at=at(17),
        label="afternoon",
    )
    with time_machine.travel(at(13, 40), tick=False):
        code = room_code(half_day=afternoon, actor=here.actor)
        place = find_room(code)
        assert people_of(room=place, device=DEVICE) == [aicha]
        assert people_of(room=place, device="un-autre") == people_of(room=place, device="") == []
        sign = {"room": place, "enrolment": aicha, "signature": typed("Aïcha Morvan")}
        refused(lambda: sign_on_own_device(**sign, device="un-autre"), "access_refused")
        refused(lambda: sign_on_own_device(**sign, device=""), "access_refused")
        assert sign_on_own_device(**sign, device=DEVICE).half_day == afternoon
    # Nowhere else: the phone is known for one session.
    elsewhere = room(1)
    code = room_code(half_day=elsewhere.half_day, actor=elsewhere.actor)
    assert people_of(room=find_room(code), device=DEVICE) == []


def test_case_2_replaying_a_link_records_nothing_more_and_a_replaced_one_is_refused():
    here = room(1)
    aicha = here.enrolments[0]
    on_phone(here, aicha, device=DEVICE)
    code = room_code(half_day=here.half_day, actor=here.actor)
    place, person = recognise(token=f"lien-{aicha.pk}", code=code, device="repris")
    refused(
        lambda: sign_on_own_device(
            room=place, enrolment=person, device="repris", signature=typed("Aïcha Morvan")
        ),
        "already_recorded",
    )
    SigningLink.objects.update(ended_at=TEN)
    refused(lambda: recognise(token=f"lien-{aicha.pk}", code=code, device=DEVICE), "access_refused")
    assert people_of(room=place, device=DEVICE) == []
    assert AttendanceEvent.objects.count() == 1


def test_case_4_one_minute_before_the_window_is_refused_and_later_accepted():
    here = room(1)
    with time_machine.travel(at(8, 44), tick=False):
        refused(lambda: on_phone(here, here.enrolments[0]), "window_not_open")
        refused(lambda: here.sign(here.enrolments[0]), "window_not_open")
    SigningLink.objects.all().delete()
    with time_machine.travel(at(8, 45), tick=False):
        assert on_phone(here, here.enrolments[0]).minutes == 210


def test_signing_twenty_minutes_late_without_an_arrival_time_costs_nothing():
    here = room(1)
    with time_machine.travel(at(9, 20), tick=False):
        assert on_phone(here, here.enrolments[0]).minutes == 210


# --- A name picked, without a link ----------------------------------------------------------------


def claim(here: Room, rank: int = 0, **values) -> SignatureClaim:
    enrolment = here.enrolments[rank]
    place = find_room(room_code(half_day=here.half_day, actor=here.actor))
    signature = values.pop("signature", typed(str(enrolment.learner)))
    return submit_named_claim(room=place, enrolment=enrolment, signature=signature)


def test_a_name_picked_on_a_phone_counts_only_once_the_trainer_confirms():
    here = room(1)
    waiting = claim(here)
    assert not AttendanceEvent.objects.exists()
    with time_machine.travel(at(10, 5), tick=False):
        event = confirm_claim(claim=waiting, actor=here.actor)
    assert event.method == AttendanceMethod.PHONE_CONFIRMED
    assert event.trainer == here.trainer
    assert event.context["signed_at"] == "2027-01-14T09:00:00.000000Z"
    assert event.details.data["signed_name"] == "Aïcha Morvan"
    # What was given is in the event alone.
    assert SignatureClaim.objects.get().signature == {}
    assert SignatureClaim.objects.get().event == event
    assert verify_chain(session=here.session).ok


def test_a_claim_is_confirmed_by_the_half_day_s_trainer_even_after_the_window():
    here, elsewhere = room(1), room(0)
    waiting = claim(here)
    refused(lambda: confirm_claim(claim=waiting, actor=None), "not_trainer")
    refused(lambda: confirm_claim(claim=waiting, actor=elsewhere.actor), "not_trainer")
    refused(lambda: refuse_claim(claim=waiting, actor=elsewhere.actor), "not_trainer")
    with time_machine.travel(at(15), tick=False):
        assert confirm_claim(claim=waiting, actor=here.actor).minutes == 210
        refused(lambda: confirm_claim(claim=waiting, actor=here.actor), "claim_decided")


def test_a_name_is_claimed_once_and_a_claim_set_aside_leaves_room_for_another():
    here = room(2)
    waiting = claim(here)
    refused(lambda: claim(here), "already_claimed")
    refused(lambda: claim(here, 1, signature=typed("Aïcha Morvan")), "name_differs")
    refuse_claim(claim=waiting, actor=here.actor)
    assert SignatureClaim.objects.get().signature == {}
    confirm_claim(claim=claim(here), actor=here.actor)
    refused(lambda: claim(here), "already_recorded")
    assert AttendanceMark.objects.count() == 1
