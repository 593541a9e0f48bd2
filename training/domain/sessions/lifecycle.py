"""The states of a session: opened, confirmed, completed, reopened, cancelled, archived."""

import datetime as dt
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain.transitions import change_state, required_reason
from training import mails
from training.domain.correspondence import write_to_learner
from training.domain.enrolments import lifecycle as enrolment_lifecycle
from training.domain.sessions.blockers import own_blockers
from training.enums import (
    AttendanceState,
    EnrolmentState,
    HalfDayState,
    SessionState,
)
from training.models import AttendanceMark, Enrolment, HalfDay, TrainingSession
from training.signals import session_completed


def open_session(*, session: TrainingSession, actor: User | None) -> TrainingSession:
    """Open the session to requests. Needs its half-days and its place (`Blocked` otherwise)."""
    return _move(
        session,
        SessionState.OPEN,
        actor=actor,
        verb="session.opened",
        stamps={"opened_at": timezone.now()},
    )


def confirm_session(*, session: TrainingSession, actor: User | None) -> TrainingSession:
    """Decide that the session will take place. Needs a trainer at each half-day (`Blocked`)."""
    return _move(
        session,
        SessionState.CONFIRMED,
        actor=actor,
        verb="session.confirmed",
        stamps={"confirmed_at": timezone.now()},
        leaving={SessionState.DRAFT, SessionState.OPEN},
    )


def complete_session(
    *, session: TrainingSession, actor: User | None, reason: str = ""
) -> TrainingSession:
    """Close the session once every half-day is locked.

    `reason`: why it is closed although a higher app names something that a reason overrides; the
    journal keeps it.

    Everyone confirmed who attended is completed; a person who never came becomes a no-show; the
    waiting list expires: three sets, moved at once whatever their size. Sends `session_completed`
    inside the transaction: receivers enqueue. Raises `Blocked`, naming what is missing.
    """
    with transaction.atomic():
        locked = _move(
            session,
            SessionState.COMPLETED,
            actor=actor,
            verb="session.completed",
            stamps={"completed_at": timezone.now()},
            reason=reason.strip(),
        )
        present = AttendanceMark.objects.filter(
            half_day__session=locked,
            # What was signed at a half-day cancelled or moved since counts no more.
            half_day__state=HalfDayState.HELD,
            state=AttendanceState.PRESENT,
        ).values_list("enrolment_id", flat=True)
        enrolment_lifecycle.complete_all(session=locked, present=set(present), actor=actor)
        session_completed.send(sender=TrainingSession, session=locked, actor=actor)
    return locked


def reopen_session(*, session: TrainingSession, actor: User | None, reason: str) -> TrainingSession:
    """Take a completed session up again; its documents are superseded at the next completion."""
    with transaction.atomic():
        locked = change_state(
            row=session,
            to=SessionState.CONFIRMED,
            leaving={SessionState.COMPLETED},
            actor=actor,
            verb="session.reopened",
            stamps={"completed_at": None},
            reason=required_reason(reason),
            session_id=session.pk,
        )
        enrolment_lifecycle.take_up_all_again(session=locked, actor=actor)
    return locked


def cancel_session(*, session: TrainingSession, actor: User | None, reason: str) -> TrainingSession:
    """Cancel the session and every live enrolment, and write to each person why."""
    reason = required_reason(reason)
    with transaction.atomic():
        locked = _move(
            session,
            SessionState.CANCELLED,
            actor=actor,
            verb="session.cancelled",
            stamps={"cancelled_at": timezone.now()},
            reason=reason,
        )
        cancelled = enrolment_lifecycle.end_all(
            session=locked,
            enrolments=Enrolment.objects.live().filter(session=locked),
            to=EnrolmentState.CANCELLED,
            actor=actor,
            reason="Session annulée",
        )
        concerned = Enrolment.objects.filter(pk__in=[item.pk for item in cancelled])
        for enrolment in concerned.select_related(
            "learner", "session__programme_version", "session__venue"
        ).order_by("pk"):
            if enrolment.learner is not None:
                write_to_learner(
                    mail=mails.session_cancelled(enrolment, reason), enrolment=enrolment
                )
    return locked


def archive_session(*, session: TrainingSession, actor: User | None) -> TrainingSession:
    """Put a completed session away; it can no longer be reopened."""
    return _move(
        session,
        SessionState.ARCHIVED,
        actor=actor,
        verb="session.archived",
        stamps={"archived_at": timezone.now()},
    )


def is_in_progress(session: TrainingSession, at: dt.datetime) -> bool:
    """Whether a confirmed session has begun and is not over at the moment `at`."""
    if session.state != SessionState.CONFIRMED:
        return False
    half_days = HalfDay.objects.counting().filter(session=session)
    return (
        half_days.filter(starts_at__lte=at).exists() and half_days.filter(ends_at__gte=at).exists()
    )


def _move(
    session: TrainingSession,
    to: str,
    *,
    actor: User | None,
    verb: str,
    stamps: Mapping[str, Any],
    reason: str = "",
    leaving: Collection[str] | None = None,
) -> TrainingSession:
    return change_state(
        row=session,
        to=to,
        actor=actor,
        verb=verb,
        stamps=stamps,
        reason=reason,
        leaving=leaving,
        blockers=partial(own_blockers, to=to),
        session_id=session.pk,
    )
