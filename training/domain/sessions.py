"""The life of a training session: opened, confirmed, completed, cancelled."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training import mails
from training.domain import enrolments, journal, outbox
from training.domain.seats import refuse_if_over
from training.domain.transitions import change_state, lock, required_reason
from training.enums import (
    SESSION_TRANSITIONS,
    AttendanceState,
    EnrolmentState,
    HalfDayLabel,
    HalfDayState,
    Modality,
    SessionState,
)
from training.exceptions import DomainError
from training.models import (
    AttendanceMark,
    Enrolment,
    HalfDay,
    SessionGroup,
    Trainer,
    TrainerAssignment,
    TrainingSession,
)
from training.signals import session_completed, session_reopened


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A half-day to plan, each day: clock times in the venue's time zone, minutes counted."""

    label: str
    starts: dt.time
    ends: dt.time
    counted_minutes: int


DEFAULT_SLOTS = (
    Slot(
        label=HalfDayLabel.MORNING,
        starts=dt.time(9, 0),
        ends=dt.time(12, 30),
        counted_minutes=210,
    ),
    Slot(
        label=HalfDayLabel.AFTERNOON,
        starts=dt.time(13, 30),
        ends=dt.time(17, 0),
        counted_minutes=210,
    ),
)


@dataclass(frozen=True)
class Blocker:
    """One thing that stands in the way: a sentence for people, a code for programs.

    Codes: `half_days_missing`, `place_missing`, `trainers_missing`, `half_days_open`,
    `enrolments_undecided`.
    """

    code: str
    sentence: str


@dataclass
class Blockers:
    """What stands between a session and a state: French sentences, each with its people."""

    found: list[Blocker] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.found)

    @property
    def sentences(self) -> list[str]:
        """The sentences alone."""
        return [blocker.sentence for blocker in self.found]

    def add(self, code: str, sentence: str, names: Iterable[str] = ()) -> None:
        """One sentence, followed by the names it is about."""
        listed = ", ".join(names)
        self.found.append(Blocker(code, f"{sentence} : {listed}." if listed else f"{sentence}."))


# --- Planning -------------------------------------------------------------------------------------


def plan_half_days(
    *,
    session: TrainingSession,
    days: Sequence[dt.date],
    slots: Sequence[Slot] = DEFAULT_SLOTS,
    trainers: Sequence[Trainer] = (),
    groups: Sequence[SessionGroup] = (),
    modality: str | None = None,
    link: str = "",
    actor: User | None = None,
) -> list[HalfDay]:
    """Make the half-days of the session on each of the days, with their trainers.

    A slot whose end is not after its start passes midnight. Raises `DomainError`
    (`session_over`) for a session that is completed, archived or cancelled.
    """
    zone = ZoneInfo(session.venue.time_zone) if session.venue else ZoneInfo("Europe/Paris")
    planned = []
    with transaction.atomic():
        locked = lock(session)
        refuse_if_over(locked)
        for day in sorted(set(days)):
            for slot in slots:
                starts_at = dt.datetime.combine(day, slot.starts, tzinfo=zone)
                ends_at = dt.datetime.combine(day, slot.ends, tzinfo=zone)
                if ends_at <= starts_at:
                    ends_at += dt.timedelta(days=1)
                half_day = HalfDay(
                    session=session,
                    label=slot.label,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    counted_minutes=slot.counted_minutes,
                    modality=modality or _half_day_modality(session),
                    link=link,
                )
                half_day.clean()
                half_day.save()
                half_day.groups.set(groups)
                TrainerAssignment.objects.bulk_create(
                    TrainerAssignment(half_day=half_day, trainer=trainer) for trainer in trainers
                )
                planned.append(half_day)
        journal.record(
            actor=actor,
            verb="session.half_days_planned",
            subject=session,
            session=session,
            details={"count": len(planned)},
        )
    return planned


def _half_day_modality(session: TrainingSession) -> str:
    # A half-day is in one place; « mixed » only describes a whole session.
    return Modality.REMOTE if session.modality == Modality.REMOTE else Modality.ON_SITE


# --- Life -----------------------------------------------------------------------------------------


def blockers(session: TrainingSession, to: str) -> Blockers:
    """Why the session cannot move to the state `to` now; empty when it can."""
    found = Blockers()
    half_days = list(
        HalfDay.objects.counting()
        .with_place()
        .filter(session=session)
        .prefetch_related("assignments")
    )
    if to in {SessionState.OPEN, SessionState.CONFIRMED, SessionState.COMPLETED} and not half_days:
        found.add("half_days_missing", "Aucune demi-journée n’est prévue")
    if to in {SessionState.OPEN, SessionState.CONFIRMED}:
        needs_place = session.venue is None and session.modality != Modality.REMOTE
        if needs_place and any(half_day.venue_id is None for half_day in half_days):
            found.add("place_missing", "Le lieu n’est pas indiqué")
    if to == SessionState.CONFIRMED:
        without_trainer = [
            str(half_day) for half_day in half_days if not half_day.assignments.all()
        ]
        if without_trainer:
            found.add("trainers_missing", "Demi-journées sans personne formatrice", without_trainer)
    if to == SessionState.COMPLETED:
        open_half_days = [
            str(half_day) for half_day in half_days if half_day.state != HalfDayState.HELD
        ]
        if open_half_days:
            found.add("half_days_open", "Demi-journées à clore", open_half_days)
        undecided = Enrolment.objects.filter(
            session=session,
            state__in=[
                EnrolmentState.REQUESTED,
                EnrolmentState.OFFERED,
                EnrolmentState.ACCEPTED,
            ],
        ).select_related("learner")
        names = [str(item.learner or "place réservée") for item in undecided]
        if names:
            found.add("enrolments_undecided", "Inscriptions sans décision", names)
    return found


def _guard(to: str) -> "object":
    def check(session: TrainingSession) -> None:
        found = blockers(session, to)
        if found:
            raise DomainError(
                " ".join(found.sentences), code="session_blocked", details=found.sentences
            )

    return check


def _move(
    session: TrainingSession,
    to: str,
    *,
    actor: User | None,
    verb: str,
    stamps: dict[str, object],
    reason: str = "",
) -> TrainingSession:
    return change_state(
        row=session,
        to=to,
        table=SESSION_TRANSITIONS,
        actor=actor,
        verb=verb,
        stamps=stamps,
        reason=reason,
        guard=_guard(to),  # type: ignore[arg-type]
        session=session,
    )


def open_session(*, session: TrainingSession, actor: User | None) -> TrainingSession:
    """Open the session to requests. Needs its half-days and its place."""
    return _move(
        session,
        SessionState.OPEN,
        actor=actor,
        verb="session.opened",
        stamps={"opened_at": timezone.now()},
    )


def confirm_session(*, session: TrainingSession, actor: User | None) -> TrainingSession:
    """The session will take place. Needs a trainer at each half-day."""
    return _move(
        session,
        SessionState.CONFIRMED,
        actor=actor,
        verb="session.confirmed",
        stamps={"confirmed_at": timezone.now()},
    )


def complete_session(*, session: TrainingSession, actor: User | None) -> TrainingSession:
    """Close the session once every half-day is locked.

    Everybody confirmed who attended is completed; whoever never came becomes a no-show; the
    waiting list expires. Sends `session_completed` inside the transaction: certificates follow.
    Raises `DomainError` (`session_blocked`) naming what is missing.
    """
    with transaction.atomic():
        locked = _move(
            session,
            SessionState.COMPLETED,
            actor=actor,
            verb="session.completed",
            stamps={"completed_at": timezone.now()},
        )
        present = set(
            AttendanceMark.objects.filter(
                half_day__session=locked,
                # What was signed at a half-day cancelled or moved since counts no more.
                half_day__state=HalfDayState.HELD,
                state=AttendanceState.PRESENT,
            ).values_list("enrolment_id", flat=True)
        )
        for enrolment in locked.enrolments.select_related("learner", "session"):
            if enrolment.state == EnrolmentState.CONFIRMED and enrolment.pk in present:
                enrolments.complete(enrolment=enrolment, actor=actor)
            elif enrolment.state == EnrolmentState.CONFIRMED:
                enrolments.end(
                    enrolment=enrolment,
                    to=EnrolmentState.NO_SHOW,
                    actor=actor,
                    reason="Aucune présence enregistrée",
                )
            elif enrolment.state == EnrolmentState.WAITLISTED:
                enrolments.end(
                    enrolment=enrolment,
                    to=EnrolmentState.EXPIRED,
                    actor=actor,
                    reason="Session terminée",
                )
        session_completed.send(sender=TrainingSession, session=locked, actor=actor)
    return locked


def reopen_session(*, session: TrainingSession, actor: User | None, reason: str) -> TrainingSession:
    """Take a completed session up again; its documents are superseded at the next completion."""
    with transaction.atomic():
        locked = change_state(
            row=session,
            to=SessionState.CONFIRMED,
            table={SessionState.COMPLETED: frozenset({SessionState.CONFIRMED})},
            actor=actor,
            verb="session.reopened",
            stamps={"completed_at": None},
            reason=required_reason(reason),
            session=session,
        )
        for enrolment in locked.enrolments.filter(
            state__in=[EnrolmentState.COMPLETED, EnrolmentState.NO_SHOW]
        ).select_related("session"):
            enrolments.take_up_again(enrolment=enrolment, actor=actor)
        session_reopened.send(
            sender=TrainingSession, session=locked, actor=actor, reason=reason.strip()
        )
    return locked


def cancel_session(*, session: TrainingSession, actor: User | None, reason: str) -> TrainingSession:
    """Cancel the session and every live enrolment, and tell each person why."""
    reason = required_reason(reason)
    with transaction.atomic():
        locked = change_state(
            row=session,
            to=SessionState.CANCELLED,
            table=SESSION_TRANSITIONS,
            actor=actor,
            verb="session.cancelled",
            stamps={"cancelled_at": timezone.now()},
            reason=reason,
            session=session,
        )
        for enrolment in locked.enrolments.live().select_related("learner", "session"):
            enrolments.end(
                enrolment=enrolment,
                to=EnrolmentState.CANCELLED,
                actor=actor,
                reason="Session annulée",
            )
            if enrolment.learner is not None:
                outbox.send_to_learner(
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
