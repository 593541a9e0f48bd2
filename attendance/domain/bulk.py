"""The past of a session written at once: the same chain, in a few inserts.

For the demonstration and for measurements. What a person does goes through `recording` and
`locking`, which check the rules; here the caller answers for the coherence of the story.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, DateTimeField, Value, When

from accounts.models import User
from attendance.domain import anchors, chain, projection
from attendance.domain.signatures import lock_statement, presence_statement
from attendance.enums import AttendanceKind, AttendanceMethod
from attendance.models import AttendanceEvent, AttendanceEventDetails, HalfDayLock
from core.domain import journal
from core.domain.transitions import change_states, lock
from training.enums import AttendanceState, HalfDayState
from training.models import AttendanceMark, Enrolment, HalfDay, Trainer, TrainingSession

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class PastEvent:
    """Something that was recorded at a half-day; without `enrolment`, a trainer's lock.

    `minutes` of a presence: the counted minutes unless given. `received_at` is when it was
    recorded.
    """

    half_day: HalfDay
    received_at: dt.datetime
    enrolment: Enrolment | None = None
    trainer: Trainer | None = None
    state: str = AttendanceState.PRESENT
    minutes: int | None = None
    absence_reason: str = ""
    method: str = AttendanceMethod.TYPED_ON_TRAINER_DEVICE
    signed_name: str = ""
    strokes: Sequence[Sequence[Sequence[int]]] | None = None
    recorded_by: User | None = None
    reason: str = ""


def append_many(
    *, session: TrainingSession, rows: Iterable[PastEvent], actor: User | None = None
) -> list[AttendanceEvent]:
    """Add the rows, in their order, to the session's chain, with details, marks and locks.

    Each half-day that receives a lock becomes held at its last lock. Raises ValueError for a row
    of another session, IntegrityError for a person recorded twice at a half-day.
    """
    wanted = list(rows)
    if any(row.half_day.session_id != session.pk for row in wanted):
        raise ValueError("A row belongs to another session.")
    statements: dict[tuple[int, bool], str] = {}
    with transaction.atomic():
        locked = lock(session)
        end = chain.head(locked)
        hashes = _hashes_by_half_day(locked)
        events: list[AttendanceEvent] = []
        details: list[AttendanceEventDetails] = []
        for row in wanted:
            event, kept = chain.build(
                after=end,
                session_id=locked.pk,
                received_at=row.received_at,
                details=_details(row, statements),
                half_day_id=row.half_day.pk,
                trainer_id=row.trainer.pk if row.trainer else None,
                method=row.method,
                recorded_by_id=row.recorded_by.pk if row.recorded_by else None,
                **_columns(row, hashes[row.half_day.pk]),
            )
            hashes[row.half_day.pk].append(event.hash)
            end = chain.Head(event.sequence, event.hash)
            events.append(event)
            details.append(kept)
        AttendanceEvent.objects.bulk_create(events, batch_size=BATCH)
        AttendanceEventDetails.objects.bulk_create(details, batch_size=BATCH)
        _write_projection(events, locked)
        if events:
            anchors.anchor_head(locked)
            journal.record(
                actor=actor,
                verb="attendance.past_recorded",
                subject=session,
                session_id=session.pk,
                details={"events": len(events)},
            )
    return events


def _hashes_by_half_day(session: TrainingSession) -> dict[int, list[str]]:
    hashes: dict[int, list[str]] = defaultdict(list)
    for half_day_id, hashed in (
        AttendanceEvent.objects.filter(session=session)
        .order_by("sequence")
        .values_list("half_day_id", "hash")
    ):
        hashes[half_day_id].append(hashed)
    return hashes


def _columns(row: PastEvent, hashes: list[str]) -> dict[str, Any]:
    if row.enrolment is None:
        return {"kind": AttendanceKind.LOCK, "slot_hash": chain.slot_hash(hashes)}
    if row.state == AttendanceState.ABSENT:
        return {
            "kind": AttendanceKind.ABSENCE,
            "enrolment_id": row.enrolment.pk,
            "state": row.state,
            "minutes": 0,
            "absence_reason": row.absence_reason,
        }
    return {
        "kind": AttendanceKind.PRESENCE,
        "enrolment_id": row.enrolment.pk,
        "state": row.state,
        "minutes": row.half_day.counted_minutes if row.minutes is None else row.minutes,
    }


def _details(row: PastEvent, statements: dict[tuple[int, bool], str]) -> dict[str, Any]:
    is_lock = row.enrolment is None
    if row.state == AttendanceState.ABSENT:
        return {"reason": row.reason}
    key = (row.half_day.pk, is_lock)
    if key not in statements:
        compose = lock_statement if is_lock else presence_statement
        statements[key] = compose(row.half_day)
    strokes = [[list(point) for point in stroke] for stroke in row.strokes or []]
    return {
        "signed_name": row.signed_name,
        "strokes": strokes or None,
        "consent": not strokes,
        "ip": "",
        "user_agent": "",
        "statement": statements[key],
        "reason": row.reason,
    }


def _write_projection(events: list[AttendanceEvent], session: TrainingSession) -> None:
    locks = [event for event in events if event.kind == AttendanceKind.LOCK]
    AttendanceMark.objects.bulk_create(
        (projection.mark_of(event) for event in events if event.kind != AttendanceKind.LOCK),
        batch_size=BATCH,
    )
    HalfDayLock.objects.bulk_create(
        HalfDayLock(
            half_day_id=event.half_day_id,
            trainer_id=event.trainer_id,
            event=event,
            locked_at=event.received_at,
        )
        for event in locks
    )
    # The last write wins: from the last lock to the first.
    first_locked_at = {event.half_day_id: event.received_at for event in reversed(locks)}
    for half_day_id, moment in first_locked_at.items():
        HalfDay.objects.filter(pk=half_day_id, first_locked_at=None).update(first_locked_at=moment)
    held_at = {event.half_day_id: event.received_at for event in locks}
    change_states(
        rows=HalfDay.objects.filter(pk__in=held_at, state=HalfDayState.PLANNED),
        to=HalfDayState.HELD,
        actor=None,
        verb="half_day.locked",
        stamps={
            "held_at": Case(
                *(When(pk=pk, then=Value(moment)) for pk, moment in held_at.items()),
                output_field=DateTimeField(),
            )
        },
        session_id=session.pk,
    )
