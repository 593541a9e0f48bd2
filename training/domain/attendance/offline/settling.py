"""What came back and does not agree with what is recorded: staff say which is right."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from training.domain import journal
from training.domain.attendance.recording import correct, record_absence, record_presence
from training.domain.attendance.slot import is_locked
from training.domain.transitions import lock, required_reason
from training.enums import AttendanceMethod, AttendanceState
from training.exceptions import DomainError
from training.models import AttendanceMark, HalfDay, OfflineItem
from training.offline_enums import OfflineKind, OfflineOutcome


def items_to_settle() -> QuerySet[OfflineItem]:
    """Every indication that waits for staff, the oldest first."""
    return (
        OfflineItem.objects.filter(
            outcome__in=[OfflineOutcome.CONFLICT, OfflineOutcome.REFUSED], settled_at__isnull=True
        )
        .select_related(
            "enrolment__learner", "event", "ticket__trainer", "ticket__half_day__session"
        )
        .order_by("received_at", "sequence")
    )


def may_be_taken(item: OfflineItem) -> bool:
    """Whether the indication can replace what is recorded: it speaks of a person."""
    return item.kind != OfflineKind.LOCK and item.enrolment_id is not None


def settle(*, item: OfflineItem, take: bool, reason: str, actor: User) -> None:
    """Keep what is recorded, or take what came back: a new event, with the reason, both visible.

    Raises `DomainError`: `reason_required`, `already_settled`, `nothing_to_take`, and those of
    recording.
    """
    reason = required_reason(reason)
    with transaction.atomic():
        lock(item.ticket.half_day.session)
        locked = lock(item)
        if not locked.to_settle:
            raise DomainError("Cette indication a déjà été départagée.", code="already_settled")
        if take:
            _take(locked, reason=reason, actor=actor)
        locked.settled_at = timezone.now()
        locked.settled_by = actor
        locked.save(update_fields=["settled_at", "settled_by"])
        journal.record(
            actor=actor,
            verb="offline.settled",
            subject=locked,
            session=locked.ticket.half_day.session,
            to_state="taken" if take else "kept",
            details={"reason": reason},
        )
    item.refresh_from_db()


def _take(item: OfflineItem, *, reason: str, actor: User) -> None:
    if not may_be_taken(item):
        raise DomainError(
            "Une clôture se refait : elle ne se reprend pas d’une indication.",
            code="nothing_to_take",
        )
    half_day: HalfDay = item.ticket.half_day
    enrolment = item.enrolment
    present = item.kind == OfflineKind.PRESENCE
    absence_reason = (
        ""
        if present
        else item.event.absence_reason
        if item.event
        else item.payload.get("absence_reason", "")
    )
    recorded = AttendanceMark.objects.filter(half_day=half_day, enrolment=enrolment).exists()
    if recorded or is_locked(half_day):
        correct(
            half_day=half_day,
            enrolment=enrolment,
            state=AttendanceState.PRESENT if present else AttendanceState.ABSENT,
            absence_reason=absence_reason,
            arrived_at=item.event.arrived_at if item.event else None,
            reason=reason,
            actor=actor,
        )
    elif present:
        record_presence(
            half_day=half_day,
            enrolment=enrolment,
            method=AttendanceMethod.STAFF,
            signature=None,
            reason=reason,
            actor=actor,
        )
    else:
        record_absence(
            half_day=half_day,
            enrolment=enrolment,
            absence_reason=absence_reason,
            comment=reason,
            actor=actor,
        )
