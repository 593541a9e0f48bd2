"""What staff write about sessions and half-days outside their changes of state."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.domain import journal
from training.domain.half_days import people_concerned, refuse_if_attended, tell_change
from training.domain.seats import refuse_if_over
from training.domain.transitions import lock
from training.enums import HalfDayState, TrainerRole, TrainerStatus
from training.exceptions import DomainError
from training.models import (
    Enrolment,
    HalfDay,
    SessionGroup,
    Trainer,
    TrainerAssignment,
    TrainingSession,
)
from training.signals import seats_changed

#: What people organise their day by.
WHEN_AND_WHERE = frozenset({"starts_at", "ends_at", "venue", "modality", "link"})


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """Somebody who trains at a half-day, with the role and the status of that day."""

    trainer: Trainer
    role: str = TrainerRole.LEAD
    status: str = TrainerStatus.EMPLOYED


def suggest_code(year: int) -> str:
    """The next free code of the year: « S-2026-04 »."""
    prefix = f"S-{year}-"
    taken = TrainingSession.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    ranks = [int(rest) for code in taken if (rest := code.removeprefix(prefix)).isdigit()]
    return f"{prefix}{max(ranks, default=0) + 1:02d}"


def create_session(*, session: TrainingSession, actor: User | None) -> TrainingSession:
    """Write a new session, as a draft."""
    with transaction.atomic():
        session.save(force_insert=True)
        journal.record(
            actor=actor,
            verb="session.created",
            subject=session,
            session=session,
            to_state=session.state,
        )
    return session


def change_session(
    *, session: TrainingSession, fields: Sequence[str], actor: User | None
) -> TrainingSession:
    """Write the `fields` of the session that were changed on the object.

    Raises `DomainError`: `session_over` once it is completed, archived or cancelled;
    `seats_below_taken` when more people than the new maximum hold a seat.
    """
    if not fields:
        return session
    with transaction.atomic():
        refuse_if_over(lock(session))
        taken = Enrolment.objects.holding_seat().filter(session=session).count()
        if "max_seats" in fields and session.max_seats < taken:
            raise DomainError(
                f"{taken} places sont déjà prises : le maximum ne peut pas être inférieur.",
                code="seats_below_taken",
            )
        session.save(update_fields=list(fields))
        journal.record(
            actor=actor,
            verb="session.changed",
            subject=session,
            session=session,
            details={"fields": sorted(fields)},
        )
        seats_changed.send(sender=TrainingSession, session_id=session.pk)
    return session


def change_half_day(
    *,
    half_day: HalfDay,
    fields: Sequence[str],
    actor: User | None,
    assigned: Sequence[Assigned] | None = None,
    groups: Iterable[SessionGroup] | None = None,
) -> HalfDay:
    """Write the `fields` of the half-day changed on the object, its trainers and its groups.

    Possible until its own first signature (`half_day_attended`), while it is planned
    (`half_day_not_planned`) and its session is not over (`session_over`). None leaves the
    trainers, or the groups, as they are. Whoever was to come is told another time or place.
    """
    with transaction.atomic():
        refuse_if_over(lock(half_day.session))
        locked = lock(half_day)
        if locked.state != HalfDayState.PLANNED:
            raise DomainError(
                "Cette demi-journée n’est plus à venir : elle ne peut plus être modifiée.",
                code="half_day_not_planned",
            )
        refuse_if_attended(locked)
        concerned = people_concerned(locked)
        if fields:
            half_day.save(update_fields=list(fields))
        if WHEN_AND_WHERE & set(fields) and half_day.ends_at > timezone.now():
            tell_change(concerned, half_day=locked, target=half_day)
        if groups is not None:
            half_day.groups.set(groups)
        if assigned is not None:
            _assign(half_day, assigned)
        journal.record(
            actor=actor,
            verb="half_day.changed",
            subject=half_day,
            session=half_day.session,
            details={"fields": sorted(fields), "trainers": assigned is not None},
        )
    return half_day


def _assign(half_day: HalfDay, assigned: Sequence[Assigned]) -> None:
    wanted = {item.trainer.pk: item for item in assigned}
    if len(wanted) != len(assigned):
        raise DomainError(
            "La même personne formatrice est indiquée deux fois.", code="trainer_twice"
        )
    half_day.assignments.exclude(trainer__in=wanted).delete()
    for item in wanted.values():
        TrainerAssignment.objects.update_or_create(
            half_day=half_day,
            trainer=item.trainer,
            defaults={"role": item.role, "status": item.status},
        )


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
        journal.record(actor=actor, verb="session.group_added", subject=group, session=session)
    return group
