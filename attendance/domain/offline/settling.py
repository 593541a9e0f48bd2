"""What came back and does not agree with what is recorded: staff say which is right."""

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from attendance.domain.offline.returned import returned_version
from attendance.domain.recording import take_version
from attendance.enums import DECLARED_METHODS, AttendanceKind, OfflineKind, OfflineOutcome
from attendance.models import AttendanceEvent, HalfDayLock, OfflineItem
from core.domain import journal
from core.domain.transitions import lock, required_reason
from core.exceptions import DomainError
from training.enums import HalfDayState


def items_to_settle() -> QuerySet[OfflineItem]:
    """Everything that came back, waits for staff and still matters, the oldest first.

    A signature that was refused matters no more once the person has signed since; nor does a
    closing once that trainer, or everyone, has closed.
    """
    signed_since = AttendanceEvent.objects.filter(
        half_day=OuterRef("ticket__half_day"),
        enrolment=OuterRef("enrolment"),
        kind__in=[AttendanceKind.PRESENCE, AttendanceKind.CORRECTION],
        received_at__gte=OuterRef("received_at"),
    ).exclude(method__in=DECLARED_METHODS)
    closed = HalfDayLock.objects.filter(
        Q(trainer=OuterRef("ticket__trainer")) | Q(half_day__state=HalfDayState.HELD),
        half_day=OuterRef("ticket__half_day"),
    )
    return (
        OfflineItem.objects.filter(
            outcome__in=[OfflineOutcome.CONFLICT, OfflineOutcome.REFUSED], settled_at__isnull=True
        )
        .exclude(Exists(signed_since), kind=OfflineKind.PRESENCE, outcome=OfflineOutcome.REFUSED)
        .exclude(Exists(closed), kind=OfflineKind.LOCK)
        .select_related(
            "enrolment__learner",
            "event",
            "ticket__trainer",
            "ticket__half_day__venue",
            "ticket__half_day__session__venue",
        )
        .order_by("received_at", "sequence")
    )


def may_be_taken(item: OfflineItem) -> bool:
    """Whether the indication can replace what is recorded: it speaks of a person."""
    return item.kind != OfflineKind.LOCK and item.enrolment_id is not None


def settle(
    *,
    item: OfflineItem,
    take: bool,
    reason: str,
    actor: User,
    arrived_at: dt.datetime | None = None,
    left_at: dt.datetime | None = None,
) -> None:
    """Keep what is recorded, or take what came back: a new event, with the reason, both visible.

    What is taken is taken whole: hours, drawing or typed name, way of signing, clock of the
    device. `arrived_at` and `left_at`: the hours as staff read them again, those of the device
    unless they put them right. Raises `DomainError`: `reason_required`, `already_settled`,
    `nothing_to_take`, and those of recording.
    """
    reason = required_reason(reason)
    with transaction.atomic():
        lock(item.ticket.half_day.session)
        locked = lock(item)
        if not locked.to_settle:
            raise DomainError("C’est déjà tranché.", code="already_settled")
        if take:
            _take(locked, reason=reason, actor=actor, hours=(arrived_at, left_at))
        locked.settled_at = timezone.now()
        locked.settled_by = actor
        locked.save(update_fields=["settled_at", "settled_by"])
        journal.record(
            actor=actor,
            verb="offline.settled",
            subject=locked,
            session_id=locked.ticket.half_day.session_id,
            to_state="taken" if take else "kept",
            details={"reason": reason},
        )
    item.refresh_from_db()


def _take(
    item: OfflineItem,
    *,
    reason: str,
    actor: User,
    hours: tuple[dt.datetime | None, dt.datetime | None],
) -> None:
    if not may_be_taken(item):
        raise DomainError(
            "Une clôture se refait : elle ne se reprend pas d’un appareil.",
            code="nothing_to_take",
        )
    enrolment = item.enrolment
    if enrolment is None:
        raise DomainError("Ce qui est revenu n’est celui de personne.", code="nothing_to_take")
    version = returned_version(item)
    arrived_at, left_at = hours if version.is_present else (None, None)
    take_version(
        enrolment=enrolment,
        version=replace(version, arrived_at=arrived_at, left_at=left_at),
        collected_by=item.ticket.trainer,
        reason=reason,
        actor=actor,
    )
