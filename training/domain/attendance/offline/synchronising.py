"""What was done without network comes back: each indication once, in order, nothing lost.

Both clocks are kept. The device's clock at the moment of sending, compared with the server's,
gives its drift; each indication is brought back to the server's time by it. Inside the hours of
signing it is a presence, flagged offline; outside them it is a regularisation, declared by the
trainer. Where something else was recorded meanwhile, both stay, side by side, until staff settle.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from training.domain.attendance import chain, projection
from training.domain.attendance.expected import expected_by_half_days
from training.domain.attendance.locking import lock_half_day
from training.domain.attendance.offline.items import Item
from training.domain.attendance.signatures import check_signature, presence_statement
from training.domain.attendance.slot import (
    acting_trainer,
    attended,
    check_absence_reason,
    is_locked,
    open_slot,
    refuse_future,
    signing_window,
)
from training.domain.canonical import utc_text
from training.domain.transitions import lock
from training.enums import AttendanceKind, AttendanceMethod, AttendanceState
from training.exceptions import DomainError
from training.french import format_day, format_time
from training.models import (
    AttendanceEvent,
    AttendanceMark,
    Enrolment,
    HalfDay,
    OfflineItem,
    OfflineTicket,
)
from training.offline_enums import OfflineKind, OfflineOutcome

#: How far an indication may fall before the preparation, or after now, by the corrected clock.
SLACK = dt.timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a queue was sent from, and what its clock said then. Kept with erasable details."""

    sent_at: dt.datetime
    ip: str = ""
    user_agent: str = ""


@dataclass(kw_only=True)
class Synchronisation:
    """What was taken, in order; `stopped` says why nothing after it was."""

    taken: list[OfflineItem] = field(default_factory=list)
    stopped: DomainError | None = None


@dataclass(frozen=True, kw_only=True)
class _Circumstances:
    """One indication, its moment by the server's clock, and what is kept of both clocks."""

    item: Item
    ticket: OfflineTicket
    origin: Origin
    now: dt.datetime
    drift: dt.timedelta

    @property
    def happened_at(self) -> dt.datetime:
        return self.item.device_time - self.drift

    @property
    def is_credible(self) -> bool:
        """Between the preparation and now."""
        return self.ticket.issued_at - SLACK <= self.happened_at <= self.now + SLACK

    @property
    def context(self) -> dict[str, Any]:
        return {
            "offline": True,
            "device_time": utc_text(self.item.device_time),
            "sent_at": utc_text(self.origin.sent_at),
            "drift_seconds": _seconds(self.drift),
            "happened_at": utc_text(self.happened_at),
            "queue_sequence": self.item.sequence,
            "ticket_id": str(self.ticket.pk),
        }

    def in_window(self, half_day: HalfDay) -> bool:
        """Inside the hours of signing, by the corrected clock."""
        window = signing_window(half_day)
        return self.is_credible and window.opens_at <= self.happened_at <= window.closes_at


def synchronise(*, ticket: OfflineTicket, items: Iterable[Item], origin: Origin) -> Synchronisation:
    """Take the indications one by one, each in its own transaction, in their order.

    One that was already taken is answered as the first time and writes nothing. One that a rule
    refuses is kept as it came, for staff. It stops with the codes `queue_gap` (an indication
    before this one is missing) and `idempotency_conflict` (the same key or rank, other content).
    """
    drift = origin.sent_at - timezone.now()
    done = Synchronisation()
    for item in items:
        try:
            done.taken.append(
                _take(
                    _Circumstances(
                        item=item, ticket=ticket, origin=origin, now=timezone.now(), drift=drift
                    )
                )
            )
        except DomainError as stop:
            done.stopped = stop
            break
    return done


def _take(what: _Circumstances) -> OfflineItem:
    with transaction.atomic():
        # The session first, as everything that writes to its chain.
        lock(what.ticket.half_day.session)
        known = _already_taken(what)
        if known is not None:
            return known
        try:
            with transaction.atomic():
                outcome, event = _apply(what)
            message = ""
        except DomainError as refusal:
            outcome, event, message = OfflineOutcome.REFUSED, None, refusal.message
        return OfflineItem.objects.create(
            key=what.item.key,
            ticket=what.ticket,
            sequence=what.item.sequence,
            kind=what.item.kind,
            enrolment=_enrolment(what),
            digest=what.item.digest,
            device_time=what.item.device_time,
            happened_at=what.happened_at,
            drift_seconds=_seconds(what.drift),
            received_at=what.now,
            outcome=outcome,
            event=event,
            message=message[:500],
            payload=what.item.payload if event is None else {},
        )


def _already_taken(what: _Circumstances) -> OfflineItem | None:
    item = what.item
    known = OfflineItem.objects.filter(pk=item.key).select_related("event").first()
    if known is not None:
        same = (known.ticket_id, known.sequence, known.digest)
        if same != (what.ticket.pk, item.sequence, item.digest):
            raise _conflict()
        return known
    taken = what.ticket.items.aggregate(last=Max("sequence"))["last"] or 0
    if item.sequence <= taken:
        raise _conflict()
    if item.sequence != taken + 1:
        raise DomainError(
            f"Il manque une indication avant celle-ci (n° {taken + 1}) : rien de plus n’a été "
            "enregistré.",
            code="queue_gap",
        )
    return None


def _conflict() -> DomainError:
    return DomainError(
        "Cette indication a déjà été reçue avec un autre contenu : rien n’a été enregistré.",
        code="idempotency_conflict",
    )


def _apply(what: _Circumstances) -> tuple[OfflineOutcome, AttendanceEvent]:
    if what.item.kind == OfflineKind.LOCK:
        return _lock(what)
    slot = open_slot(what.ticket.half_day)
    acting_trainer(slot, what.ticket.issued_to, AttendanceMethod.DECLARED_BY_TRAINER)
    enrolment = _enrolment(what)
    if enrolment is None:
        raise DomainError("Cette personne n’est pas de cette session.", code="unknown_person")
    previous = AttendanceMark.objects.filter(half_day=slot, enrolment=enrolment).first()
    columns, details = (
        _presence(what, slot, enrolment)
        if what.item.kind == OfflineKind.PRESENCE
        else _absence(what)
    )
    context = what.context
    clash = _clash(slot, enrolment, previous)
    kind, outcome = AttendanceKind(what.item.kind), OfflineOutcome.RECORDED
    if clash:
        kind, outcome = AttendanceKind.CONFLICT, OfflineOutcome.CONFLICT
        context["clash"] = clash
    elif not what.in_window(slot) and what.item.kind == OfflineKind.PRESENCE:
        outcome = OfflineOutcome.REGULARISED
        context["regularised"] = True
        columns["method"] = AttendanceMethod.DECLARED_BY_TRAINER
        details["reason"] = (
            "Signature recueillie hors ligne, en dehors des heures d’émargement "
            f"(le {format_day(what.happened_at, zone=slot.zone)} "
            f"à {format_time(what.happened_at, zone=slot.zone)})"
        )
    event = chain.append(
        session=slot.session,
        half_day=slot,
        enrolment=enrolment,
        kind=kind,
        received_at=what.now,
        details=details,
        context=context,
        trainer=what.ticket.trainer,
        recorded_by=what.ticket.issued_to,
        supersedes=previous.event if previous and not clash else None,
        idempotency_key=what.item.key,
        **columns,
    )
    if not clash:
        projection.apply(event)
    return outcome, event


def _presence(
    what: _Circumstances, slot: HalfDay, enrolment: Enrolment
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns and erasable details of a signature."""
    item = what.item
    method = (
        AttendanceMethod.DRAWN_ON_TRAINER_DEVICE
        if item.is_drawn
        else AttendanceMethod.TYPED_ON_TRAINER_DEVICE
    )
    signature = item.signature(ip=what.origin.ip, user_agent=what.origin.user_agent)
    details = check_signature(signature=signature, method=method, person=enrolment.learner)
    arrived_at = slot.moment(item.arrived_at) if item.arrived_at else None
    minutes = attended(half_day=slot, arrived_at=arrived_at)
    refuse_future(what.now, arrived_at)
    return (
        {
            "state": AttendanceState.PRESENT,
            "minutes": minutes,
            "arrived_at": arrived_at,
            "method": method,
        },
        details | {"statement": presence_statement(slot), "reason": ""},
    )


def _absence(what: _Circumstances) -> tuple[dict[str, Any], dict[str, Any]]:
    check_absence_reason(what.item.absence_reason)
    return (
        {
            "state": AttendanceState.ABSENT,
            "minutes": 0,
            "absence_reason": what.item.absence_reason,
            "method": AttendanceMethod.DECLARED_BY_TRAINER,
        },
        {"reason": ""},
    )


def _clash(half_day: HalfDay, enrolment: Enrolment, previous: AttendanceMark | None) -> str:
    """Why this cannot simply be recorded: `recorded`, `locked`, `not_expected`, or nothing."""
    if is_locked(half_day):
        return "locked"
    if previous is not None and previous.state == AttendanceState.PRESENT:
        return "recorded"
    if enrolment.pk not in expected_by_half_days(half_days=[half_day])[half_day.pk]:
        return "not_expected"
    return ""


def _lock(what: _Circumstances) -> tuple[OfflineOutcome, AttendanceEvent]:
    row = lock_half_day(
        half_day=what.ticket.half_day,
        trainer=what.ticket.trainer,
        actor=what.ticket.issued_to,
        signature=what.item.signature(ip=what.origin.ip, user_agent=what.origin.user_agent),
        early_reason=what.item.early_reason,
        at=what.happened_at if what.is_credible else None,
        context=what.context,
        idempotency_key=what.item.key,
    )
    return OfflineOutcome.RECORDED, row.event


def _enrolment(what: _Circumstances) -> Enrolment | None:
    if what.item.enrolment is None:
        return None
    return (
        Enrolment.objects.filter(
            uuid=what.item.enrolment,
            session_id=what.ticket.half_day.session_id,
            learner__isnull=False,
        )
        .select_related("learner")
        .first()
    )


def _seconds(drift: dt.timedelta) -> int:
    return round(drift.total_seconds())
