"""What is worth a look: raised once, never in the way, closed with a note."""

import datetime as dt

import pytest
import time_machine

from attendance.domain.flags import close_flag, find_flags, raise_flags, sweep_flags
from attendance.domain.locking import lock_half_day
from attendance.domain.recording import record_absence
from attendance.domain.verification import verify_chain
from attendance.models import AttendanceFlag
from core.domain.canonical import utc_text
from core.exceptions import DomainError
from core.registry import Role
from tests.attendance.people import DAY, TEN, Room, at, drawn, on_phone, room, typed
from tests.factories import EnrolmentFactory, RuleSettingFactory, UserFactory
from tests.words import plain
from training.models import TrainerAssignment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_o_clock():
    with time_machine.travel(TEN, tick=False):
        yield


def kinds(here: Room) -> list[tuple[str, str]]:
    return [(item.kind.value, item.subject) for item in find_flags(here.half_day)]


def close(here: Room) -> None:
    lock_half_day(
        half_day=here.half_day,
        trainer=here.trainer,
        actor=here.actor,
        signature=typed(str(here.trainer)),
        early_reason="Essai",
    )


def test_an_ordinary_half_day_raises_nothing():
    here = room(3)
    for enrolment in here.enrolments:
        on_phone(here, enrolment)
    close(here)
    assert kinds(here) == []
    assert not AttendanceFlag.objects.exists()


def test_one_phone_for_several_people_is_flagged_for_each_and_blocks_nobody():
    here = room(3)
    aicha, paul, lea = here.enrolments
    on_phone(here, aicha, device="famille")
    with time_machine.travel(at(10, 30), tick=False):
        on_phone(here, paul, device="famille")
    on_phone(here, lea)
    assert kinds(here) == [("same_device", f"e{aicha.pk}"), ("same_device", f"e{paul.pk}")]
    RuleSettingFactory(code="flag_same_device_minutes", value=2, valid_from=DAY)
    assert kinds(here) == []


def test_many_signatures_within_a_minute_on_one_device_are_flagged():
    here = room(4)
    people = [*here.enrolments, *EnrolmentFactory.create_batch(2, session=here.session)]
    for rank, enrolment in enumerate(people):
        with time_machine.travel(TEN + dt.timedelta(seconds=10 * rank), tick=False):
            here.sign(enrolment)
    assert kinds(here) == [("many_at_once", "")]
    RuleSettingFactory(code="flag_burst_signatures", value=6, valid_from=DAY)
    assert kinds(here) == []


def test_signatures_kept_without_network_are_dated_by_when_they_were_given():
    here = room(4)
    people = [*here.enrolments, *EnrolmentFactory.create_batch(2, session=here.session)]
    for rank, enrolment in enumerate(people):
        given = TEN - dt.timedelta(minutes=2 * rank)
        here.sign(enrolment, context={"offline": True, "happened_at": utc_text(given)})
    assert kinds(here) == []


def test_an_absence_declared_then_a_signature_is_flagged():
    here = room(1)
    record_absence(
        half_day=here.half_day,
        enrolment=here.enrolments[0],
        absence_reason="unknown",
        actor=here.actor,
    )
    assert kinds(here) == []
    on_phone(here, here.enrolments[0])
    assert kinds(here) == [("then_signed", f"e{here.enrolments[0].pk}")]


def test_signing_on_a_public_holiday_is_flagged():
    with time_machine.travel(at(10, day=1), tick=False):
        here = room(1, starts_at=at(9, day=1), ends_at=at(12, 30, day=1))
        here.sign(here.enrolments[0])
    (found,) = find_flags(here.half_day)
    assert found.facts == "émargement un jour férié : Jour de l'an"


@pytest.mark.parametrize(("seconds", "flagged"), [(300, False), (301, True), (-7200, True)])
def test_a_clock_that_drifts_is_flagged(seconds, flagged):
    here = room(1)
    on_phone(here, here.enrolments[0], device_time=TEN + dt.timedelta(seconds=seconds))
    assert (kinds(here) == [("clock_drift", f"e{here.enrolments[0].pk}")]) is flagged


def test_another_address_than_most_of_the_room_is_flagged():
    here = room(3)
    for rank, enrolment in enumerate(here.enrolments):
        signature = typed(str(enrolment.learner))
        away = type(signature)(**(signature.__dict__ | {"ip": "198.51.100.9"}))
        on_phone(here, enrolment, signature=away if rank == 2 else signature)
    assert kinds(here) == [("address", f"e{here.enrolments[2].pk}")]
    RuleSettingFactory(code="flag_address_percent", value=70, valid_from=DAY)
    assert kinds(here) == []


def test_a_person_and_a_trainer_recorded_elsewhere_at_the_same_time_are_flagged():
    here, there = room(1), room(0, starts_at=at(10), ends_at=at(13))
    TrainerAssignment.objects.filter(half_day=there.half_day).update(trainer=here.trainer)
    there.trainer = here.trainer
    twice = EnrolmentFactory(session=there.session, learner=here.enrolments[0].learner)
    here.sign(here.enrolments[0])
    there.sign(twice)
    for place in (here, there):
        close(place)
    assert kinds(here) == [
        ("learner_twice", f"e{here.enrolments[0].pk}"),
        ("trainer_twice", f"t{here.trainer.pk}"),
    ]
    # Raised on the second as soon as it was closed.
    assert AttendanceFlag.objects.filter(half_day=there.half_day).count() == 2


WAVE = [[[10 * step, (step * step * 7) % 90] for step in range(12)]]
OTHER_WAVE = [[[10 * step, (step * step * 5) % 90] for step in range(12)]]


def sign_drawn(here: Room, enrolment, strokes) -> None:
    here.sign(enrolment, method="drawn", signature=drawn(strokes))


def test_more_people_than_the_place_holds_is_flagged_for_the_half_day():
    here = room(3)
    here.session.venue.capacity = 2
    here.session.venue.save()
    for enrolment in here.enrolments[:2]:
        here.sign(enrolment)
    assert kinds(here) == []
    here.sign(here.enrolments[2])
    assert kinds(here) == [("over_capacity", "")]
    assert "3 présences pour 2 places" in plain(find_flags(here.half_day)[0].facts)


def test_the_same_drawing_for_two_people_is_flagged_for_both():
    here = room(3)
    aicha, paul, lea = here.enrolments
    sign_drawn(here, aicha, WAVE)
    sign_drawn(here, paul, WAVE)
    sign_drawn(here, lea, OTHER_WAVE)
    assert kinds(here) == [("same_drawing", f"e{aicha.pk}"), ("same_drawing", f"e{paul.pk}")]


def test_the_same_drawing_at_two_half_days_is_flagged_two_typed_names_are_not():
    here = room(2)
    there = room(0, starts_at=at(8), ends_at=at(9, 55))
    aicha = EnrolmentFactory(session=there.session, learner=here.enrolments[0].learner)
    paul = EnrolmentFactory(session=there.session, learner=here.enrolments[1].learner)
    sign_drawn(there, aicha, WAVE)
    there.sign(paul)
    sign_drawn(here, here.enrolments[0], WAVE)
    here.sign(here.enrolments[1])
    drawings = [item for item in kinds(here) if item[0] != "learner_twice"]
    assert drawings == [("same_drawing", f"e{here.enrolments[0].pk}")]


def test_a_mere_line_is_compared_with_nothing():
    here = room(2)
    for enrolment in here.enrolments:
        sign_drawn(here, enrolment, [[[10, 10], [200, 180]]])
    assert kinds(here) == []


def test_a_flag_is_raised_once_and_closed_with_a_note():
    here = room(2)
    for enrolment in here.enrolments:
        on_phone(here, enrolment, device="famille")
    assert raise_flags(half_day=here.half_day) == 2
    assert sweep_flags(at=TEN) == 0
    flag = AttendanceFlag.objects.order_by("pk").first()
    staff = UserFactory(roles=[Role.OFFICE])
    with pytest.raises(DomainError, match="motif"):
        close_flag(flag=flag, note="", actor=staff)
    close_flag(flag=flag, note="Un couple, un seul téléphone", actor=staff)
    with pytest.raises(DomainError, match="déjà été examiné"):
        close_flag(flag=flag, note="encore", actor=staff)
    assert sweep_flags(at=TEN) == 0
    assert verify_chain(session=here.session).ok


@pytest.mark.parametrize("people", [1, 3])
def test_looking_costs_the_same_few_queries(people, django_assert_max_num_queries):
    here = room(people)
    for enrolment in here.enrolments:
        on_phone(here, enrolment)
    with django_assert_max_num_queries(13):
        find_flags(here.half_day)
