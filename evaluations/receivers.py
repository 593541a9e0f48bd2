"""What evaluations do when a half-day or a session ends: under its lock, only a job is queued."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from attendance.signals import half_day_locked
from evaluations.domain import questionnaires
from training.models import HalfDay, TrainingSession
from training.signals import session_completed


@receiver(half_day_locked, dispatch_uid="evaluations.ask_when_over")
def ask_when_over(half_day: HalfDay, actor: User | None, **_signal: Any) -> None:
    """Ask learners for their opinion while it is fresh: the last half-day is closed."""
    questionnaires.ask_when_over(half_day=half_day, actor=actor)


@receiver(session_completed, dispatch_uid="evaluations.ask_at_completion")
def ask_at_completion(session: TrainingSession, actor: User | None, **_signal: Any) -> None:
    """Ask those who were corrected to present after the lock too."""
    questionnaires.ask_for_opinions(session=session, actor=actor)
