"""The projection of the chain: one mark per enrolment and half-day, one lock per trainer."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from attendance.enums import AttendanceKind
from attendance.models import AttendanceEvent, HalfDayLock
from core.domain.transitions import lock
from training.models import AttendanceMark, HalfDay, TrainingSession

#: A half-day, and the enrolment of a mark or the trainer of a lock (no trainer: the staff).
MarkKey = tuple[int, int | None]


@dataclass(frozen=True)
class Difference:
    """A mark or a lock that does not say what the chain says; `event` is the one that does."""

    kind: str
    half_day_id: int
    subject_id: int | None
    event: AttendanceEvent | None


def mark_values(event: AttendanceEvent) -> dict[str, Any]:
    """The columns of the mark that an event makes."""
    return {
        "state": event.state,
        "minutes": event.minutes or 0,
        "absence_reason": event.absence_reason,
        "event_id": event.pk,
    }


@dataclass(frozen=True)
class RecordedMark:
    """A mark, and the event of the chain that made it.

    `event` is None when the chain lost it, which the verification names.
    """

    mark: AttendanceMark
    event: AttendanceEvent | None


def with_events(marks: Iterable[AttendanceMark]) -> list[RecordedMark]:
    """The marks with their events, in one more query."""
    found = list(marks)
    events = AttendanceEvent.objects.in_bulk({mark.event_id for mark in found})
    return [RecordedMark(mark, events.get(mark.event_id)) for mark in found]


def mark_of(event: AttendanceEvent) -> AttendanceMark:
    """The mark that an event makes, not saved. Raises ValueError for a lock, which makes none."""
    if event.enrolment_id is None:
        raise ValueError("Only what is recorded of a person makes a mark.")
    return AttendanceMark(
        half_day_id=event.half_day_id, enrolment_id=event.enrolment_id, **mark_values(event)
    )


def apply(event: AttendanceEvent) -> AttendanceMark:
    """Bring the mark of the event's person up to date, in the event's transaction."""
    mark = mark_of(event)
    # One statement: it is made while the session is locked.
    AttendanceMark.objects.bulk_create(
        [mark],
        update_conflicts=True,
        unique_fields=["half_day", "enrolment"],
        update_fields=list(mark_values(event)),
    )
    return mark


def latest_events(
    session: TrainingSession,
) -> tuple[dict[MarkKey, AttendanceEvent], dict[MarkKey, AttendanceEvent]]:
    """What the chain says now: events by (half-day, enrolment), locks by (half-day, trainer)."""
    marks: dict[MarkKey, AttendanceEvent] = {}
    locks: dict[MarkKey, AttendanceEvent] = {}
    for event in AttendanceEvent.objects.filter(session=session).order_by("sequence"):
        if event.kind == AttendanceKind.CONFLICT:
            continue  # it stands beside what is recorded, until staff settle
        if event.kind == AttendanceKind.LOCK:
            locks.setdefault((event.half_day_id, event.trainer_id), event)
        else:
            marks[event.half_day_id, event.enrolment_id] = event
    return marks, locks


def differences(session: TrainingSession) -> Iterator[Difference]:
    """Every mark and lock that is missing, too many, or not what the chain says."""
    expected_marks, expected_locks = latest_events(session)
    marks: dict[MarkKey, AttendanceMark] = {
        (mark.half_day_id, mark.enrolment_id): mark
        for mark in AttendanceMark.objects.filter(half_day__session=session)
    }
    for key in sorted(expected_marks.keys() | marks.keys(), key=_rank):
        event, mark = expected_marks.get(key), marks.get(key)
        if event is None or mark is None or _values(mark) != mark_values(event):
            yield Difference("mark", *key, event)
    stored = HalfDay.objects.filter(session=session).order_by("pk")
    rows = list(
        stored.values_list(
            "pk", "first_locked_at", "locks__trainer_id", "locks__event_id", "locks__locked_at"
        )
    )
    locks: dict[MarkKey, tuple[uuid.UUID, dt.datetime | None]] = {
        (half_day_id, trainer_id): (event_id, locked_at)
        for half_day_id, _first, trainer_id, event_id, locked_at in rows
        if event_id is not None
    }
    for key in sorted(expected_locks.keys() | locks.keys(), key=_rank):
        event = expected_locks.get(key)
        if event is None or locks.get(key) != (event.pk, event.received_at):
            yield Difference("lock", *key, event)
    yield from _wrong_first_locks({row[0]: row[1] for row in rows}, expected_locks)


def _rank(key: MarkKey) -> tuple[int, int]:
    return key[0], key[1] or 0


def _wrong_first_locks(
    stored: dict[int, dt.datetime | None], locks: dict[MarkKey, AttendanceEvent]
) -> Iterator[Difference]:
    """Half-days whose `first_locked_at` is not when the first lock of the chain came."""
    first: dict[int, AttendanceEvent] = {}
    for event in sorted(locks.values(), key=lambda event: event.sequence):
        first.setdefault(event.half_day_id, event)
    for pk, locked_at in stored.items():
        cause = first.get(pk)
        if locked_at != (cause.received_at if cause else None):
            yield Difference("first_lock", pk, None, cause)


def rebuild_marks(*, session: TrainingSession) -> int:
    """Make marks and locks again from the events alone; returns how many rows were wrong.

    The chain is the truth: it is read, never touched.
    """
    with transaction.atomic():
        locked = lock(session)
        wrong = list(differences(locked))
        for item in wrong:
            if item.kind == "mark":
                _rebuild_mark(item)
            elif item.kind == "first_lock":
                HalfDay.objects.filter(pk=item.half_day_id).update(
                    first_locked_at=item.event.received_at if item.event else None
                )
            else:
                _rebuild_lock(item)
    return len(wrong)


def _rebuild_mark(item: Difference) -> None:
    if item.event is not None:
        apply(item.event)
    elif item.subject_id is not None:
        AttendanceMark.objects.filter(
            half_day_id=item.half_day_id, enrolment_id=item.subject_id
        ).delete()


def _rebuild_lock(item: Difference) -> None:
    locks = HalfDayLock.objects.filter(half_day_id=item.half_day_id)
    if item.subject_id is None:
        locks.filter(trainer__isnull=True).delete()
    else:
        locks.filter(trainer_id=item.subject_id).delete()
    if item.event is not None:
        HalfDayLock.objects.create(
            half_day_id=item.half_day_id,
            trainer_id=item.subject_id,
            event=item.event,
            locked_at=item.event.received_at,
        )


def _values(mark: AttendanceMark) -> dict[str, object]:
    return {
        "state": mark.state,
        "minutes": mark.minutes,
        "absence_reason": mark.absence_reason,
        "event_id": mark.event_id,
    }
