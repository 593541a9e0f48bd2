"""Locking: by name while anybody is unresolved, not before the end without a reason."""

import pytest
import time_machine

from attendance.domain.locking import lock_half_day, lock_readiness, trainers_to_lock
from attendance.domain.recording import correct, record_absence
from attendance.models import AttendanceEvent, HalfDayLock
from attendance.signals import half_day_locked
from core.exceptions import DomainError
from core.models import JournalEntry
from core.registry import Role
from tests.attendance.people import at, drawn, room, typed
from tests.factories import EnrolmentFactory, TrainerFactory, UserFactory
from training.enums import AbsenceReason, HalfDayState
from training.models import EnrolmentHalfDay, TrainerAssignment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_end():
    with time_machine.travel(at(12, 25), tick=False):
        yield


def close(here, trainer=None, **values):
    trainer = trainer or here.trainer
    arguments = {
        "half_day": here.half_day,
        "trainer": trainer,
        "actor": trainer.user,
        "signature": typed(str(trainer)),
    }
    return lock_half_day(**(arguments | values))


def refusal_of(call, code: str) -> DomainError:
    before = AttendanceEvent.objects.count()
    with pytest.raises(DomainError) as found:
        call()
    assert found.value.code == code
    assert AttendanceEvent.objects.count() == before
    assert not HalfDayLock.objects.filter(event__sequence__gt=before).exists()
    return found.value


def test_lock_is_refused_by_name_while_somebody_is_unresolved():
    """Probative case 6."""
    here = room(3)  # Aïcha Morvan, Paul Durand, Léa Martin
    here.sign(here.enrolments[0])
    error = refusal_of(lambda: close(here), "lock_blocked")
    assert error.message == "Il manque 2 personnes\u00a0: Paul Durand, Léa Martin."
    assert error.details == ["Paul Durand", "Léa Martin"]
    here.sign(here.enrolments[1])
    assert lock_readiness(here.half_day, at(12, 25)).sentences == [
        "Il manque 1 personne\u00a0: Léa Martin."
    ]


def test_the_only_trainer_locks_and_the_half_day_is_held():
    here = room(2)
    here.sign(here.enrolments[0])
    record_absence(
        half_day=here.half_day,
        enrolment=here.enrolments[1],
        absence_reason=AbsenceReason.EXCUSED,
        actor=here.actor,
    )
    received = []

    def listen(half_day, **_kwargs):
        received.append(half_day.pk)

    half_day_locked.connect(listen)
    row = close(here)
    half_day_locked.disconnect(listen)
    assert row.event.sequence == 3
    assert row.event.details.data["signed_name"] == str(here.trainer)
    assert here.half_day.state == HalfDayState.HELD
    assert here.half_day.held_at == at(12, 25)
    assert received == [here.half_day.pk]
    assert JournalEntry.objects.filter(verb="half_day.locked", to_state="held").count() == 1
    refusal_of(lambda: close(here), "already_locked")


def test_the_trainer_may_draw_the_countersignature():
    here = room(0)
    row = close(here, signature=drawn())
    assert row.event.method == "drawn"
    assert row.event.details.data["strokes"]


def test_the_countersignature_is_a_real_one():
    here = room(0)
    refusal_of(lambda: close(here, signature=None), "name_missing")
    refusal_of(lambda: close(here, signature=typed("Quelqu’un d’autre")), "name_differs")


def test_locking_more_than_ten_minutes_before_the_end_needs_a_reason():
    here = room(1)
    with time_machine.travel(at(12, 19), tick=False):
        here.sign(here.enrolments[0])
        error = refusal_of(lambda: close(here), "early_reason_required")
        assert "12\u00a0h\u00a030" in error.message
        row = close(here, early_reason="Alerte neige")
    assert row.event.details.data["early_reason"] == "Alerte neige"


def test_at_ten_minutes_before_the_end_no_reason_is_asked():
    here = room(0)
    with time_machine.travel(at(12, 20), tick=False):
        assert close(here).half_day.state == HalfDayState.HELD


def test_a_half_day_that_has_not_begun_is_not_locked():
    here = room(0)
    with time_machine.travel(at(8, 59), tick=False):
        refusal_of(lambda: close(here, early_reason="Personne"), "half_day_not_begun")


def test_every_assigned_trainer_countersigns_before_the_half_day_is_held():
    here = room(1)
    second = TrainerFactory()
    TrainerAssignment.objects.create(half_day=here.half_day, trainer=second, role="assistant")
    here.sign(here.enrolments[0])
    close(here)
    assert here.half_day.state == HalfDayState.PLANNED
    assert trainers_to_lock(here.half_day) == [second]
    # What the first countersigned does not move any more.
    refusal_of(
        lambda: record_absence(
            half_day=here.half_day,
            enrolment=here.enrolments[0],
            absence_reason=AbsenceReason.EXCUSED,
            actor=second.user,
        ),
        "half_day_locked",
    )
    refusal_of(lambda: close(here), "already_locked")
    close(here, second)
    assert here.half_day.state == HalfDayState.HELD


def test_nobody_countersigns_for_somebody_else():
    here = room(0)
    other = TrainerFactory()
    refusal_of(lambda: close(here, actor=other.user), "not_trainer")
    refusal_of(lambda: close(here, other), "not_trainer")
    refusal_of(lambda: close(here, actor=None), "not_trainer")


def test_the_staff_closes_with_a_reason_when_a_trainer_cannot():
    here = room(1)
    here.sign(here.enrolments[0])
    office = UserFactory(roles=[Role.OFFICE])
    values = {"half_day": here.half_day, "trainer": None, "signature": None}
    refusal_of(lambda: lock_half_day(**values, actor=here.actor, reason="x"), "not_trainer")
    refusal_of(lambda: lock_half_day(**values, actor=office), "reason_required")
    row = lock_half_day(**values, actor=office, reason="Hospitalisation")
    assert row.trainer is None
    assert row.event.method == "staff"
    assert here.half_day.state == HalfDayState.HELD
    refusal_of(lambda: lock_half_day(**values, actor=office, reason="x"), "already_locked")


def test_somebody_added_after_the_lock_is_recorded_by_the_staff():
    here = room(1)
    here.sign(here.enrolments[0])
    close(here)
    late = EnrolmentFactory(session=here.session)
    EnrolmentHalfDay.objects.create(enrolment=late, half_day=here.half_day, expected=True)
    event = correct(
        half_day=here.half_day,
        enrolment=late,
        state="present",
        reason="Présente, non inscrite ce jour-là",
        actor=UserFactory(roles=[Role.OFFICE]),
    )
    assert event.supersedes is None
    assert event.minutes == 210
