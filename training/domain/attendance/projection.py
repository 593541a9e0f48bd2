"""The projection of the chain: one mark per enrolment and half-day, one lock per trainer."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from training.domain.transitions import lock
from training.enums import AttendanceKind
from training.models import AttendanceEvent, AttendanceMark, HalfDayLock, TrainingSession

Slot = tuple[int, int | None]


@dataclass(frozen=True)
class Difference:
    """A mark or a lock that does not say what the chain says; `event` is the one that does."""

    kind: str
    half_day_id: int
    subject_id: int | None
    event: AttendanceEvent | None


def mark_values(event: AttendanceEvent) -> dict[str, object]:
    """The columns of the mark that an event makes."""
    return {
        "state": event.state,
        "minutes": event.minutes or 0,
        "absence_reason": event.absence_reason,
        "event_id": event.pk,
    }


def apply(event: AttendanceEvent) -> AttendanceMark:
    """Bring the mark of the event's person up to date, in the event's transaction."""
    mark, _created = AttendanceMark.objects.update_or_create(
        half_day_id=event.half_day_id,
        enrolment_id=event.enrolment_id,
        defaults=mark_values(event),
    )
    return mark


def latest_events(
    session: TrainingSession,
) -> tuple[dict[Slot, AttendanceEvent], dict[Slot, AttendanceEvent]]:
    """What the chain says now: events by (half-day, enrolment), locks by (half-day, trainer)."""
    marks: dict[Slot, AttendanceEvent] = {}
    locks: dict[Slot, AttendanceEvent] = {}
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
    marks = {
        (mark.half_day_id, mark.enrolment_id): mark
        for mark in AttendanceMark.objects.filter(half_day__session=session)
    }
    for slot in sorted(expected_marks.keys() | marks.keys()):
        event, mark = expected_marks.get(slot), marks.get(slot)
        if event is None or mark is None or _values(mark) != mark_values(event):
            yield Difference("mark", *slot, event)
    locks = {
        (row.half_day_id, row.trainer_id): row
        for row in HalfDayLock.objects.filter(half_day__session=session)
    }
    for slot in sorted(expected_locks.keys() | locks.keys(), key=lambda key: (key[0], key[1] or 0)):
        event, row = expected_locks.get(slot), locks.get(slot)
        if (
            event is None
            or row is None
            or (row.event_id, row.locked_at)
            != (
                event.pk,
                event.received_at,
            )
        ):
            yield Difference("lock", *slot, event)


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
            else:
                _rebuild_lock(item)
    return len(wrong)


def _rebuild_mark(item: Difference) -> None:
    if item.event is not None:
        apply(item.event)
    else:
        AttendanceMark.objects.filter(
            half_day_id=item.half_day_id, enrolment_id=item.subject_id
        ).delete()


def _rebuild_lock(item: Difference) -> None:
    HalfDayLock.objects.filter(half_day_id=item.half_day_id, trainer_id=item.subject_id).delete()
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
