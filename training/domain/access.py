"""Who may see what outside the back office: one accessor per object, which raises 404.

Permissions in the back office are per model; people outside it see only what is theirs, and
what is not theirs does not exist.
"""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from training.enums import Enrolling, SessionState
from training.models import Enrolment, HalfDay, Trainer, TrainingSession
from training.models.sessions import HalfDayQuerySet

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID


AnyUser = User | AnonymousUser


def trainer_of(user: AnyUser) -> Trainer:
    """The trainer that the user is. Raises Http404."""
    trainer = Trainer.objects.filter(user_id=user.pk).first() if user.is_authenticated else None
    if trainer is None:
        raise Http404
    return trainer


def is_trainer(user: AnyUser) -> bool:
    """Whether the user is a trainer."""
    return user.is_authenticated and Trainer.objects.filter(user_id=user.pk).exists()


def half_days_of_trainer(user: AnyUser) -> HalfDayQuerySet:
    """The half-days where the user trains, that take place. Raises Http404."""
    trainer = trainer_of(user)
    return (
        HalfDay.objects.counting()
        .filter(assignments__trainer=trainer)
        .select_related("session__programme_version", "session__venue", "venue")
    )


def half_day_for_trainer(user: AnyUser, pk: int) -> HalfDay:
    """One half-day where the user trains. Raises Http404."""
    half_day = half_days_of_trainer(user).filter(pk=pk).first()
    if half_day is None:
        raise Http404
    return half_day


def half_days_today(user: AnyUser, day: "dt.date | None" = None) -> QuerySet[HalfDay]:
    """The user's half-days of the day (Europe/Paris). Raises Http404."""
    return half_days_of_trainer(user).on_day(day or timezone.localdate()).order_by("starts_at")


def sessions_of_trainer(user: AnyUser) -> QuerySet[TrainingSession]:
    """The sessions where the user trains at least one half-day. Raises Http404."""
    trainer = trainer_of(user)
    return (
        TrainingSession.objects.filter(half_days__assignments__trainer=trainer)
        .distinct()
        .select_related("programme_version", "venue")
    )


def session_for_trainer(user: AnyUser, code: str) -> TrainingSession:
    """One session where the user trains. Raises Http404."""
    session = sessions_of_trainer(user).filter(code=code).first()
    if session is None:
        raise Http404
    return session


def enrolments_of_learner(user: AnyUser) -> QuerySet[Enrolment]:
    """The user's own enrolments; none for a user who learns nothing here."""
    if not user.is_authenticated:
        return Enrolment.objects.none()
    return Enrolment.objects.filter(learner__user_id=user.pk).select_related(
        "session__programme_version", "session__venue", "learner"
    )


def enrolment_for_learner(user: AnyUser, uuid: "UUID | str") -> Enrolment:
    """One of the user's own enrolments. Raises Http404."""
    enrolment = enrolments_of_learner(user).filter(uuid=uuid).first()
    if enrolment is None:
        raise Http404
    return enrolment


def session_once_public(code: str) -> TrainingSession | None:
    """A session that the public site shows or has shown, over or not; None otherwise."""
    return (
        TrainingSession.objects.filter(code=code, enrolling=Enrolling.PUBLIC)
        .exclude(state=SessionState.DRAFT)
        .select_related("programme_version", "venue")
        .first()
    )


def session_for_public(code: str) -> TrainingSession:
    """A session that the public site shows. Raises Http404."""
    session = (
        TrainingSession.objects.public()
        .with_dates()
        .select_related("programme_version", "venue")
        .filter(code=code)
        .first()
    )
    if session is None:
        raise Http404
    return session
