"""Sessions and their half-days, before they take place: written, planned, changed."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from core.domain import journal
from core.domain.transitions import lock
from core.exceptions import DomainError
from core.french import PARIS
from core.text import whole_number
from training.domain.enrolments import seats
from training.domain.session_guards import refuse_if_over
from training.domain.sessions import codes
from training.enums import (
    HalfDayLabel,
    Modality,
)
from training.models import (
    HalfDay,
    SessionGroup,
    Trainer,
    TrainerAssignment,
    TrainingSession,
)


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
    zone = ZoneInfo(session.venue.time_zone) if session.venue else PARIS
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
            session_id=session.pk,
            details={"count": len(planned)},
        )
    return planned


def _half_day_modality(session: TrainingSession) -> str:
    # A half-day is in one place; « mixed » only describes a whole session.
    return Modality.REMOTE if session.modality == Modality.REMOTE else Modality.ON_SITE


def suggest_code(year: int) -> str:
    """The next free code of the year: « S-2026-04 »."""
    prefix = f"S-{year}-"
    taken = set(
        TrainingSession.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    )
    # « S-2026-1215 » bears a date, not a rank.
    ranks = [whole_number(code.removeprefix(prefix), longest=3) or 0 for code in taken]
    rank = max(ranks, default=0) + 1
    while f"{prefix}{rank:02d}" in taken:
        rank += 1
    return f"{prefix}{rank:02d}"


def create_session(*, session: TrainingSession, actor: User | None) -> TrainingSession:
    """Write a new session, as a draft.

    Raises `DomainError` (`session_code`) for a code that could not stand everywhere.
    """
    codes.refuse_unfit(session.code)
    with transaction.atomic():
        session.save(force_insert=True)
        journal.record(
            actor=actor,
            verb="session.created",
            subject=session,
            session_id=session.pk,
            to_state=session.state,
        )
    return session


def change_session(
    *, session: TrainingSession, fields: Sequence[str], actor: User | None
) -> TrainingSession:
    """Write the `fields` of the session that were changed on the object, all but its code.

    Raises `DomainError`: `session_over` once it is completed, archived or cancelled;
    `seats_below_taken` when more people than the new maximum hold a seat.
    """
    fields = [name for name in fields if name != "code"]  # `codes.correct_code` does it
    if not fields:
        return session
    with transaction.atomic():
        refuse_if_over(lock(session))
        taken = seats.count(session).held
        if "max_seats" in fields and session.max_seats < taken:
            raise DomainError(
                f"{taken} places sont déjà prises : le maximum ne peut pas être inférieur.",
                code="seats_below_taken",
            )
        session.save(update_fields=fields)
        journal.record(
            actor=actor,
            verb="session.changed",
            subject=session,
            session_id=session.pk,
            details={"fields": sorted(fields)},
        )
    return session


def days_in_a_row(
    *, first: dt.date, count: int, weekdays: Iterable[int] = range(5)
) -> list[dt.date]:
    """`count` days from `first` on, on the `weekdays` (0 is Monday) only."""
    allowed = set(weekdays)
    if not allowed:
        return []
    days: list[dt.date] = []
    day = first
    while len(days) < count:
        if day.weekday() in allowed:
            days.append(day)
        day += dt.timedelta(days=1)
    return days


def add_group(*, session: TrainingSession, name: str, actor: User | None) -> SessionGroup:
    """A new group of the session, that half-days and enrolments may then belong to."""
    with transaction.atomic():
        refuse_if_over(lock(session))
        group = SessionGroup.objects.create(session=session, name=name.strip())
        journal.record(
            actor=actor, verb="session.group_added", subject=group, session_id=session.pk
        )
    return group
