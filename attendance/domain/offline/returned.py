"""What an item that came back says of its person, whole: to show it, and to take it."""

import datetime as dt
from typing import Any

from attendance.domain.minutes import minutes_attended
from attendance.domain.signatures import Signature, check_signature, presence_statement
from attendance.domain.versions import Version, has_signature, version_of_event
from attendance.enums import AttendanceMethod, OfflineKind
from attendance.models import OfflineItem
from core.domain.canonical import utc_text
from core.exceptions import DomainError
from training.enums import AttendanceState
from training.models import HalfDay

#: Refusals of a typed name that staff, who know the person, may go beyond with a reason.
_ABOUT_THE_NAME = {"name_differs"}


def returned_version(item: OfflineItem) -> Version:
    """What the device says of the person, as if nothing had refused it.

    The event of a conflict, or else what arrived: hours, signature, clocks. A signature that cannot
    be read counts for none, the presence is then one that staff record. An hour of arrival that
    cannot be is kept, with no minute: staff put it right. The item comes with its ticket, half-day,
    enrolment and event.
    """
    half_day = item.ticket.half_day
    if item.event is not None:
        version = version_of_event(item.event, half_day=half_day)
        return _declared(version) if not has_signature(version.signature) else version
    if item.kind == OfflineKind.ABSENCE:
        return Version(
            half_day=half_day,
            state=AttendanceState.ABSENT,
            absence_reason=str(item.payload.get("absence_reason", "")),
            method=AttendanceMethod.STAFF,
            happened_at=item.happened_at,
            context=_context(item),
        )
    arrived_at = _arrival(item, half_day)
    signature, method = _signature(item)
    return Version(
        half_day=half_day,
        state=AttendanceState.PRESENT,
        minutes=_minutes(half_day, arrived_at),
        arrived_at=arrived_at,
        method=method,
        happened_at=item.happened_at,
        signature=signature,
        context=_context(item),
    )


def _declared(version: Version) -> Version:
    """The same without a signature: staff record it."""
    return Version(
        half_day=version.half_day,
        state=version.state,
        absence_reason=version.absence_reason,
        minutes=version.minutes,
        arrived_at=version.arrived_at,
        left_at=version.left_at,
        method=AttendanceMethod.STAFF,
        happened_at=version.happened_at,
        context=version.context,
    )


def _arrival(item: OfflineItem, half_day: HalfDay) -> dt.datetime | None:
    text = item.payload.get("arrived_at")
    return half_day.moment(dt.time.fromisoformat(text)) if text else None


def _minutes(half_day: HalfDay, arrived_at: dt.datetime | None) -> int:
    try:
        return minutes_attended(half_day=half_day, arrived_at=arrived_at)
    except DomainError:
        return 0


def _signature(item: OfflineItem) -> tuple[dict[str, Any], str]:
    """The signature given on the device as erasable details, and how it was given."""
    given = Signature(
        signed_name=str(item.payload.get("signed_name") or ""),
        strokes=item.payload.get("strokes") or None,
        consent=item.payload.get("consent") is True,
    )
    method = (
        AttendanceMethod.DRAWN_ON_TRAINER_DEVICE
        if given.strokes
        else AttendanceMethod.TYPED_ON_TRAINER_DEVICE
    )
    learner = item.enrolment.learner if item.enrolment else None
    if learner is None:
        return {}, AttendanceMethod.STAFF
    try:
        details = check_signature(signature=given, method=method, person=learner)
    except DomainError as refusal:
        if refusal.code not in _ABOUT_THE_NAME:
            return {}, AttendanceMethod.STAFF
        details = {
            "signed_name": " ".join(given.signed_name.split()),
            "strokes": None,
            "consent": given.consent,
            "ip": "",
            "user_agent": "",
        }
    return details | {"statement": presence_statement(item.ticket.half_day)}, method


def _context(item: OfflineItem) -> dict[str, Any]:
    """The clocks of the device, as an event would have kept them."""
    return {
        "offline": True,
        "device_time": utc_text(item.device_time),
        "drift_seconds": item.drift_seconds,
        "happened_at": utc_text(item.happened_at),
        "queue_sequence": item.sequence,
        "ticket_id": str(item.ticket_id),
    }
