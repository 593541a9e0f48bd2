"""What the domain does by itself when something happens in it."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from training.domain import absences, attendance, evaluations
from training.models import HalfDay, TrainingSession
from training.signals import half_day_corrected, half_day_locked, session_completed


@receiver(half_day_locked, dispatch_uid="training.invite_when_over")
def invite_when_over(half_day: HalfDay, actor: User | None, **_signal: Any) -> None:
    """The last half-day is closed: learners are asked for their opinion while it is fresh."""
    evaluations.invite_when_over(half_day=half_day, actor=actor)


@receiver(session_completed, dispatch_uid="training.invite_at_completion")
def invite_at_completion(session: TrainingSession, actor: User | None, **_signal: Any) -> None:
    """Whoever was corrected to present after the lock is asked too."""
    evaluations.invite_to_questionnaire(session=session, actor=actor)


@receiver(half_day_locked, dispatch_uid="training.end_room_codes")
def end_room_codes(half_day: HalfDay, **_signal: Any) -> None:
    """The code of a room dies when its half-day is locked."""
    attendance.end_room_codes(half_day=half_day)


@receiver(half_day_locked, dispatch_uid="training.raise_flags")
def raise_flags(half_day: HalfDay, **_signal: Any) -> None:
    """What is worth a look is known as soon as the half-day is closed."""
    attendance.raise_flags(half_day=half_day)


@receiver([half_day_locked, half_day_corrected], dispatch_uid="training.follow_absences")
def follow_absences(half_day: HalfDay, actor: User | None, **_signal: Any) -> None:
    """Each absence is followed once its half-day is closed, or no more once it is corrected."""
    absences.follow_half_day(half_day=half_day, actor=actor)
