"""What is said of one person at one half-day: what is recorded, or what a device brings back.

A correction starts from it, and screens show it whole: whoever corrects an hour loses nothing of
the rest.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from attendance.domain.minutes import minutes_attended
from attendance.domain.strokes import Drawing, drawing
from attendance.enums import DECLARED_METHODS, AttendanceKind, AttendanceMethod
from attendance.models import AttendanceEvent
from core.exceptions import DomainError
from core.french import format_minutes, format_time
from training.enums import AbsenceReason, AttendanceState
from training.models import AttendanceMark, Enrolment, HalfDay


@dataclass(frozen=True, kw_only=True)
class Version:
    """One person at one half-day. Minutes are those counted; hours are moments.

    `signature`: the erasable details of a signature (drawing, typed name, consent, address), empty
    when there is none; `context`: the circumstances that are kept for ever.
    """

    half_day: HalfDay
    state: str
    absence_reason: str = ""
    minutes: int = 0
    arrived_at: dt.datetime | None = None
    left_at: dt.datetime | None = None
    method: str = ""
    happened_at: dt.datetime | None = None
    signature: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def is_present(self) -> bool:
        """Present, for all or part of the half-day."""
        return self.state == AttendanceState.PRESENT

    @property
    def words(self) -> str:
        """« présence, arrivée 11 h 05, 2 h 45 », « absence excusée », « absence (transport) »."""
        if not self.is_present:
            return absence_words(self.absence_reason)
        return ", ".join(
            ["présence", *time_words(self, half_day=self.half_day), format_minutes(self.minutes)]
        )

    @property
    def how(self) -> str:
        """How it was given: « Signature dessinée sur l’appareil… »."""
        return AttendanceMethod(self.method).label if self.method else ""

    @property
    def drawing(self) -> Drawing | None:
        """The signature drawn, to show it."""
        return drawing(self.signature.get("strokes") or [])

    @property
    def typed_name(self) -> str:
        """The name typed in place of a drawing."""
        if self.method in DECLARED_METHODS or self.signature.get("strokes"):
            return ""
        return str(self.signature.get("signed_name") or "")

    @property
    def entered_minutes(self) -> int | None:
        """The minutes that somebody entered, when they are not those that the hours give."""
        if not self.is_present:
            return None
        try:
            computed = minutes_attended(
                half_day=self.half_day, arrived_at=self.arrived_at, left_at=self.left_at
            )
        except DomainError:
            return self.minutes
        return None if computed == self.minutes else self.minutes


def time_words(version: Version | AttendanceEvent, *, half_day: HalfDay) -> list[str]:
    """« arrivée 11 h 05 », « départ 16 h » by the clock of the place, when they cost minutes."""
    words = []
    if version.arrived_at and version.arrived_at > half_day.starts_at:
        words.append(f"arrivée {format_time(version.arrived_at, zone=half_day.zone)}")
    if version.left_at and version.left_at < half_day.ends_at:
        words.append(f"départ {format_time(version.left_at, zone=half_day.zone)}")
    return words


def absence_words(absence_reason: str) -> str:
    """An absence and its reason, once: « absence excusée », « absence (transport) »."""
    if absence_reason in {AbsenceReason.EXCUSED, AbsenceReason.UNEXCUSED}:
        return AbsenceReason(absence_reason).label.lower()
    if absence_reason == AbsenceReason.UNKNOWN:
        return "absence (motif non connu)"
    if absence_reason in AbsenceReason.values:
        return f"absence ({AbsenceReason(absence_reason).label.lower()})"
    return "absence"


def recorded_words(
    *, mark: AttendanceMark, half_day: HalfDay, event: AttendanceEvent | None
) -> str:
    """The words of what is recorded, for lists: no query."""
    return Version(
        half_day=half_day,
        state=mark.state,
        absence_reason=mark.absence_reason,
        minutes=mark.minutes,
        arrived_at=event.arrived_at if event else None,
        left_at=event.left_at if event else None,
    ).words


def recorded_version(*, half_day: HalfDay, enrolment: Enrolment) -> Version | None:
    """What is recorded now of the person, with the signature that still stands, if anything is."""
    mark = AttendanceMark.objects.filter(half_day=half_day, enrolment=enrolment).first()
    if mark is None:
        return None
    event = (
        AttendanceEvent.objects.filter(pk=mark.event_id)
        .select_related("details", "supersedes")
        .first()
    )
    if event is None:  # the chain lost it, which the verification names
        return Version(
            half_day=half_day,
            state=mark.state,
            absence_reason=mark.absence_reason,
            minutes=mark.minutes,
        )
    return version_of_event(event, half_day=half_day)


def version_of_event(event: AttendanceEvent, *, half_day: HalfDay) -> Version:
    """What an event says. A correction of the hours leaves the signature before it standing."""
    signed = standing_signature(event)
    return Version(
        half_day=half_day,
        state=event.state,
        absence_reason=event.absence_reason,
        minutes=event.minutes or 0,
        arrived_at=event.arrived_at,
        left_at=event.left_at,
        method=signed.method,
        happened_at=signed.happened_at,
        signature=dict(details_of(signed)),
        context=dict(signed.context),
    )


def standing_signature(event: AttendanceEvent) -> AttendanceEvent:
    """The signature that a correction of hours or minutes leaves standing; else the event."""
    earlier: AttendanceEvent | None = event
    while earlier is not None and corrects_without_signing(earlier):
        previous = earlier.supersedes
        if previous is None or previous.state != AttendanceState.PRESENT:
            return event
        earlier = previous
    return earlier or event


def corrects_without_signing(event: AttendanceEvent) -> bool:
    """A correction of what was said, which brings no signature of its own."""
    return event.kind == AttendanceKind.CORRECTION and event.method in DECLARED_METHODS


def details_of(event: AttendanceEvent) -> dict[str, Any]:
    """The erasable details of an event; empty once retention has erased them."""
    data: dict[str, Any] = event.details.data if hasattr(event, "details") else {}
    return data


def has_signature(details: dict[str, Any]) -> bool:
    """Whether these details hold a drawing, or a typed name with consent."""
    return bool(details.get("strokes") or (details.get("signed_name") and details.get("consent")))
