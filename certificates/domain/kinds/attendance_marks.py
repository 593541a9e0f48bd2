"""What one cell of an attendance sheet says: a signature, a declaration, an absence, a word."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from attendance.domain.absences.outcomes import outcomes_of
from attendance.domain.paper import NOT_EXPECTED
from attendance.domain.strokes import drawing
from attendance.domain.versions import corrects_without_signing, time_words
from attendance.enums import AttendanceKind, AttendanceMethod, FollowUpOutcome
from attendance.models import AttendanceEvent, HalfDayLock
from core.domain.rules import rule_by_day
from core.french import as_day, format_day, format_minutes, format_time
from training.enums import AbsenceReason, AttendanceState, HalfDayState
from training.models import AttendanceMark, Enrolment, HalfDay, TrainingSession

#: A typed name looks like any other: the cell says that it was typed.
TYPED = "signature saisie, avec accord"
ERASED = "signé ; signature effacée à l’échéance de conservation"
WORDS: dict[str, str] = {
    AttendanceMethod.TYPED_ON_TRAINER_DEVICE: "",
    AttendanceMethod.OWN_PHONE: "signé sur son téléphone",
    "confirmed": "sur un téléphone, personne reconnue par la personne formatrice",
    AttendanceMethod.REMOTE: "émargé à distance",
    "late": "confirmé par la personne formatrice",
    AttendanceMethod.DECLARED_BY_TRAINER: "présence déclarée par la personne formatrice",
    AttendanceMethod.PAPER: "signé sur papier",
    AttendanceMethod.STAFF: "présence saisie par l’organisme",
}
#: Recorded by someone other than the person: there is no signature to show.
DECLARED = {
    AttendanceMethod.DECLARED_BY_TRAINER,
    AttendanceMethod.PAPER,
    AttendanceMethod.STAFF,
}


@dataclass(frozen=True, kw_only=True)
class SheetRecords:
    """Everything recorded of a session, read in five queries."""

    marks: dict[tuple[int, int], AttendanceMark]
    chain: dict[uuid.UUID, AttendanceEvent]
    locks: dict[int, list[HalfDayLock]]
    #: By (half-day, enrolment): how the follow-up of an absence ended.
    outcomes: dict[tuple[int, int], str]
    events: int
    head: str
    recorded_until: str
    #: By day: how many minutes after the end one may still sign.
    closes_after: Callable[[dt.date], int]

    def locks_of(self, half_day: HalfDay) -> list[HalfDayLock]:
        """The countersignatures of a half-day, in order."""
        return self.locks.get(half_day.pk, [])

    def is_late(self, event: AttendanceEvent, half_day: HalfDay) -> bool:
        """Whether a person signed once the window had closed: a late statement."""
        day = as_day(half_day.starts_at)
        closing = half_day.ends_at + dt.timedelta(minutes=self.closes_after(day))
        return event.happened_at > closing

    @classmethod
    def of(cls, session: TrainingSession) -> "SheetRecords":
        """The marks, the chained events with their details, the locks."""
        chain = {
            event.pk: event
            for event in AttendanceEvent.objects.filter(session=session)
            .select_related("details", "trainer", "recorded_by")
            .order_by("sequence")
        }
        locks: dict[int, list[HalfDayLock]] = defaultdict(list)
        rows = (
            HalfDayLock.objects.filter(half_day__session=session)
            .select_related("trainer")
            .order_by("locked_at", "pk")
        )
        for lock in rows:
            lock.event = chain[lock.event_id]
            locks[lock.half_day_id].append(lock)
        marks = AttendanceMark.objects.filter(half_day__session=session).order_by("pk")
        last = next(reversed(chain.values()), None)
        zone = session.zone
        return cls(
            marks={(mark.half_day_id, mark.enrolment_id): mark for mark in marks},
            chain=chain,
            locks=dict(locks),
            outcomes=outcomes_of(session=session),
            events=len(chain),
            head=last.hash if last else "",
            recorded_until=(
                f"{format_day(last.received_at, zone=zone)} "
                f"à {format_time(last.received_at, zone=zone)}"
                if last
                else ""
            ),
            closes_after=rule_by_day("signing_closes_minutes_after"),
        )


def cell_of(
    *, records: SheetRecords, half_day: HalfDay, enrolment: Enrolment, expected: bool
) -> dict[str, Any]:
    """One person at one half-day. `text` is never empty when `drawing` is missing."""
    mark = records.marks.get((half_day.pk, enrolment.pk))
    if mark is None:
        if expected:
            return _word("rien d’enregistré")
        return _word(NOT_EXPECTED)
    event = records.chain[mark.event_id]
    zone = half_day.zone
    notes = []
    if event.kind == AttendanceKind.CORRECTION:
        notes.append(f"corrigé le {format_day(event.received_at, zone=zone)}")
    if mark.state == AttendanceState.ABSENT:
        if not expected:
            return _word("présence plus prévue", kind="absent")
        words = "Absence excusée" if _is_excused(records, mark) else "Absence"
        return _word(words, notes, kind="absent")
    notes += time_words(event, half_day=half_day)
    if mark.minutes < half_day.counted_minutes:
        notes.append(f"{format_minutes(mark.minutes)} suivies")
    origin = _origin(records, event)
    when = format_time(origin.happened_at, zone=zone)
    if origin.method not in DECLARED and records.is_late(origin, half_day):
        when = f"signé après coup le {format_day(origin.happened_at, zone=zone)} à {when}"
    return _signed(origin, str(enrolment.learner), notes, when=when)


def _is_excused(records: SheetRecords, mark: AttendanceMark) -> bool:
    """What its follow-up concluded; while it lasts, what was declared. The reason is not said."""
    outcome = records.outcomes.get((mark.half_day_id, mark.enrolment_id))
    if outcome is None:
        return mark.absence_reason == AbsenceReason.EXCUSED
    return outcome == FollowUpOutcome.EXCUSED


def _origin(records: SheetRecords, event: AttendanceEvent) -> AttendanceEvent:
    """The signature that a correction of times or minutes leaves standing; else the event."""
    earlier: AttendanceEvent | None = event
    while earlier is not None and corrects_without_signing(earlier):
        previous = records.chain.get(earlier.supersedes_id) if earlier.supersedes_id else None
        if previous is None or previous.state != AttendanceState.PRESENT:
            return event
        earlier = previous
    return earlier or event


def _signed(event: AttendanceEvent, name: str, notes: list[str], *, when: str) -> dict[str, Any]:
    """A presence: the drawing or the typed name when there is one, and how it was signed."""
    details = event.details.data if hasattr(event, "details") else None
    word = WORDS.get(event.method, "")
    declared = event.method in DECLARED
    cell: dict[str, Any] = {
        "kind": "present",
        "text": "",
        "drawing": None,
        "typed": "",
        "notes": [*([when] if when else []), *([word] if word else []), *notes],
    }
    if details is None and not declared:
        return {**cell, "text": ERASED, "notes": list(notes)}
    drawn = drawing((details or {}).get("strokes") or [])
    if drawn is not None:
        return {**cell, "drawing": drawn}
    if not declared:
        notes = [*([when] if when else []), TYPED, *([word] if word else []), *notes]
        return {**cell, "typed": (details or {}).get("signed_name") or name, "notes": notes}
    text = word or "présence enregistrée"
    return {**cell, "text": text[0].upper() + text[1:], "notes": list(notes)}


def countersignature(lock: HalfDayLock, half_day: HalfDay) -> dict[str, Any]:
    """A trainer's signature at the lock of a half-day, or the organisation's closing."""
    zone = half_day.zone
    day = format_day(lock.locked_at, zone=zone)
    same = as_day(lock.locked_at, zone=zone) == as_day(half_day.ends_at, zone=zone)
    moment = format_time(lock.locked_at, zone=zone)
    details = lock.event.details.data if hasattr(lock.event, "details") else {}
    early = details.get("early_reason")
    notes = [
        f"close à {moment}" if same else f"close le {day} à {moment}",
        *([f"avant la fin : {early}"] if early else []),
    ]
    if lock.trainer is None:
        # Why a trainer could not is between the staff and the journal: it may be their health.
        who = lock.event.recorded_by.get_full_name() if lock.event.recorded_by else ""
        return {**_word("Close par l’organisme", notes), "name": who}
    signed = _signed(lock.event, str(lock.trainer), [], when="")
    return {**signed, "notes": notes, "name": str(lock.trainer)}


def pending_countersignature(records: SheetRecords, half_day: HalfDay) -> list[dict[str, Any]]:
    """The assigned trainers who have not signed; said, because a blank would look forgotten."""
    locks = records.locks.get(half_day.pk, [])
    signed = {lock.trainer_id for lock in locks}
    if half_day.state == HalfDayState.HELD and None in signed:
        return []
    missing = [
        {**_word("pas encore signé"), "name": str(assignment.trainer)}
        for assignment in half_day.assignments.all()
        if assignment.trainer_id not in signed
    ]
    if not missing and not locks:
        missing = [{**_word("personne n’est désigné"), "name": ""}]
    return missing


def _word(text: str, notes: list[str] | None = None, *, kind: str = "word") -> dict[str, Any]:
    return {
        "kind": kind,
        "text": text,
        "drawing": None,
        "typed": "",
        "notes": list(notes or []),
    }
