"""The chain of a session's attendance events: how a link is made, how the chain is checked.

`docs/attendance-chain.md` says the same for a person who has only the exported events.
The algorithm, all digests in lower-case hexadecimal (version 2 adds `context` to what is hashed):

- `hash` = SHA-256 of the canonical JSON of `event_record(event)` without its key `hash`;
- `prev_hash` = `hash` of the event of rank `sequence` - 1, empty for the first;
- `details_digest` = SHA-256 of the salt's bytes followed by the canonical JSON of the details;
- `slot_hash` (locks) = SHA-256 of the raw `hash` bytes, one after the other in order of rank, of
  every earlier event of the same half-day.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from attendance.domain.strokes import drawing_digest
from attendance.models import AttendanceEvent, AttendanceEventDetails
from core.domain.canonical import canonical_json, new_salt, salted_digest, utc_text
from training.models import TrainingSession

HASH_VERSION = 2
#: Versions whose events can be checked.
KNOWN_VERSIONS = frozenset({1, HASH_VERSION})


class Head(NamedTuple):
    """Where a chain ends: rank and hash of its last event."""

    sequence: int
    hash: str


EMPTY = Head(sequence=0, hash="")


def event_record(event: AttendanceEvent) -> dict[str, Any]:
    """The event as plain data: every field that is hashed, and `hash` itself.

    Texts, integers and null only (`context`: an object of them); moments in UTC to the
    microsecond. It holds no name, drawing or address: evidence packs carry these records.
    """
    record = {
        "id": str(event.pk),
        "session_id": event.session_id,
        "sequence": event.sequence,
        "kind": str(event.kind),
        "half_day_id": event.half_day_id,
        "enrolment_id": event.enrolment_id,
        "trainer_id": event.trainer_id,
        "state": str(event.state),
        "minutes": event.minutes,
        "arrived_at": utc_text(event.arrived_at),
        "left_at": utc_text(event.left_at),
        "absence_reason": str(event.absence_reason),
        "method": str(event.method),
        "recorded_by_id": event.recorded_by_id,
        "received_at": utc_text(event.received_at),
        "supersedes_id": _text(event.supersedes_id),
        "idempotency_key": _text(event.idempotency_key),
        "slot_hash": event.slot_hash,
        "details_digest": event.details_digest,
        "prev_hash": event.prev_hash,
        "hash_version": event.hash_version,
        "hash": event.hash,
    }
    if event.hash_version >= 2:
        record["context"] = event.context
    return record


def compute_hash(event: AttendanceEvent) -> str:
    """The hash that the event must carry."""
    record = event_record(event)
    del record["hash"]
    return hashlib.sha256(canonical_json(record)).hexdigest()


def is_whole(event: AttendanceEvent) -> bool:
    """Whether the event carries the hash of what it says."""
    try:
        return event.hash == compute_hash(event)
    except TypeError:  # circumstances of a shape that is never written
        return False


def slot_hash(hashes: Iterable[str]) -> str:
    """The hash over the events of a half-day, given theirs in order of rank."""
    return hashlib.sha256(b"".join(bytes.fromhex(item) for item in hashes)).hexdigest()


def head(session: TrainingSession) -> Head:
    """The end of the session's chain; to be read under the lock on the session."""
    last = (
        AttendanceEvent.objects.filter(session=session)
        .order_by("-sequence")
        .values_list("sequence", "hash")
        .first()
    )
    return Head(*last) if last else EMPTY


def build(
    *,
    after: Head,
    session_id: int,
    received_at: dt.datetime,
    details: Mapping[str, Any],
    context: Mapping[str, Any] | None = None,
    **columns: Any,
) -> tuple[AttendanceEvent, AttendanceEventDetails]:
    """The link that follows `after`, with its details; nothing is written.

    `details` may be erased one day; `context` never is: no name, no address in it.
    """
    salt = new_salt()
    event = AttendanceEvent(
        session_id=session_id,
        sequence=after.sequence + 1,
        prev_hash=after.hash,
        received_at=received_at.astimezone(dt.UTC),
        details_digest=salted_digest(salt=salt, data=details),
        hash_version=HASH_VERSION,
        context=dict(context or {}),
        **columns,
    )
    event.hash = compute_hash(event)
    kept = AttendanceEventDetails(
        event=event,
        salt=salt,
        data=dict(details),
        drawing_digest=drawing_digest(details.get("strokes")),
    )
    return event, kept


def append(
    *,
    session: TrainingSession,
    received_at: dt.datetime,
    details: Mapping[str, Any],
    **columns: Any,
) -> AttendanceEvent:
    """Write the next link of the chain.

    The caller holds the lock on the session's row: the rank has no gap and no double.
    """
    event, kept = build(
        after=head(session),
        session_id=session.pk,
        received_at=received_at,
        details=details,
        **columns,
    )
    event.save(force_insert=True)
    kept.save(force_insert=True)
    return event


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
