"""What was done without network comes back: each indication once, in order, nothing lost.

Both clocks are kept. The device's clock at the moment of sending, compared with the server's,
gives its drift; each indication is brought back to the server's time by it. Inside the hours of
signing it is a presence, flagged offline; outside them it is a regularisation, declared by the
trainer. Where something else was recorded meanwhile, both stay, side by side, until staff settle.

An action undone on the device keeps its rank and its key, and says what it was: no event is
written, the row says that something was taken back and when. Had it reached the server before,
it stands, and the device is answered what it became.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from attendance.domain import chain, projection
from attendance.domain.actors import acting_trainer, learner_of
from attendance.domain.guards import (
    MAX_REASON,
    check_absence_reason,
    is_locked,
    refuse_future,
    writable_half_day,
)
from attendance.domain.locking import lock_half_day
from attendance.domain.minutes import minutes_attended
from attendance.domain.offline.items import Item
from attendance.domain.signatures import check_signature, presence_statement
from attendance.domain.walk_ins import note_walk_in
from attendance.domain.windows import Window, signing_windows
from attendance.enums import AttendanceKind, AttendanceMethod, OfflineKind, OfflineOutcome
from attendance.models import AttendanceEvent, OfflineItem, OfflineTicket
from core.domain.canonical import utc_text
from core.domain.transitions import lock, required_reason
from core.exceptions import DomainError
from core.french import format_day, format_time
from training.domain.expected import is_expected
from training.enums import AttendanceState
from training.models import AttendanceMark, Enrolment, HalfDay

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
    window_of: Callable[[HalfDay], Window]
    deposited: bool

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
        """Inside the hours of signing, by the corrected clock; a declaration has no end."""
        window = self.window_of(half_day)
        return (
            self.is_credible
            and not (self.deposited and self.ticket.expires_at <= self.now)
            and window.opens_at <= self.happened_at
            and (self.item.kind == OfflineKind.DECLARED or self.happened_at <= window.closes_at)
        )


def synchronise(
    *, ticket: OfflineTicket, items: Iterable[Item], origin: Origin, deposited: bool = False
) -> Synchronisation:
    """Take the indications one by one, each in its own transaction, in their order.

    One that was already taken is answered as the first time and writes nothing. One that a rule
    refuses is kept as it came, for staff. It stops with the codes `queue_gap` (an indication
    before this one is missing) and `idempotency_conflict` (the same key or rank, other content).

    `deposited`: what could not be sent and was handed in as a file. Past the date of the ticket
    signatures are regularised; a rank that is missing is missing for good, and what cannot be
    taken does not keep the rest out.
    """
    drift = origin.sent_at - timezone.now()
    window_of = signing_windows()
    done = Synchronisation()
    for item in items:
        try:
            done.taken.append(
                _take(
                    _Circumstances(
                        item=item,
                        ticket=ticket,
                        origin=origin,
                        now=timezone.now(),
                        drift=drift,
                        window_of=window_of,
                        deposited=deposited,
                    )
                )
            )
        except DomainError as stop:
            done.stopped = stop
            if not deposited:
                break
    return done


def _take(what: _Circumstances) -> OfflineItem:
    with transaction.atomic():
        # The session first, as everything that writes to its chain.
        lock(what.ticket.half_day.session)
        known = _already_taken(what)
        if known is not None:
            return known
        outcome, event, message = _outcome(what)
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
            payload={} if event or outcome == OfflineOutcome.NOTED else what.item.payload,
        )


def _outcome(what: _Circumstances) -> tuple[OfflineOutcome, AttendanceEvent | None, str]:
    if what.item.kind == OfflineKind.UNDONE:
        return OfflineOutcome.UNDONE, None, ""
    try:
        with transaction.atomic():
            if what.item.kind == OfflineKind.WALK_IN:
                _walk_in(what)
                return OfflineOutcome.NOTED, None, ""
            return *_apply(what), ""
    except DomainError as refusal:
        return OfflineOutcome.REFUSED, None, refusal.message


def _already_taken(what: _Circumstances) -> OfflineItem | None:
    item = what.item
    known = OfflineItem.objects.filter(pk=item.key).select_related("event").first()
    if known is not None:
        same_place = (known.ticket_id, known.sequence) == (what.ticket.pk, item.sequence)
        # Undone on the device after it had arrived: it stands.
        undone_late = item.kind == OfflineKind.UNDONE and known.kind == item.of
        if not same_place or (known.digest != item.digest and not undone_late):
            raise _conflict()
        return known
    taken = what.ticket.items.aggregate(last=Max("sequence"))["last"] or 0
    if item.sequence <= taken:
        raise _conflict()
    if item.sequence != taken + 1 and not what.deposited:
        raise DomainError(
            f"Il manque un envoi avant celui-ci (n° {taken + 1}) : rien de plus n’a été "
            "enregistré.",
            code="queue_gap",
        )
    return None


def _conflict() -> DomainError:
    return DomainError(
        "Cet envoi a déjà été reçu avec un autre contenu : rien n’a été enregistré.",
        code="idempotency_conflict",
    )


def _apply(what: _Circumstances) -> tuple[OfflineOutcome, AttendanceEvent]:
    if what.item.kind == OfflineKind.LOCK:
        return _lock(what)
    fresh = writable_half_day(what.ticket.half_day)
    acting_trainer(fresh, what.ticket.issued_to, AttendanceMethod.DECLARED_BY_TRAINER)
    enrolment = _enrolment(what)
    if enrolment is None:
        raise DomainError("Cette personne n’est pas de cette session.", code="unknown_person")
    previous = AttendanceMark.objects.filter(half_day=fresh, enrolment=enrolment).first()
    absent = what.item.kind == OfflineKind.ABSENCE
    columns, details = _absence(what) if absent else _presence(what, fresh, enrolment)
    context = what.context
    clash = _clash(fresh, enrolment, previous)
    kind = AttendanceKind.ABSENCE if absent else AttendanceKind.PRESENCE
    outcome = OfflineOutcome.RECORDED
    if clash:
        kind, outcome = AttendanceKind.CONFLICT, OfflineOutcome.CONFLICT
        context["clash"] = clash
    elif not absent and not what.in_window(fresh):
        outcome = OfflineOutcome.REGULARISED
        context["regularised"] = True
        columns["method"] = AttendanceMethod.DECLARED_BY_TRAINER
        details["reason"] = details["reason"] or (
            "Signature recueillie hors ligne, en dehors des heures d’émargement "
            f"(le {format_day(what.happened_at, zone=fresh.zone)} "
            f"à {format_time(what.happened_at, zone=fresh.zone)})"
        )
    event = chain.append(
        session=fresh.session,
        half_day=fresh,
        enrolment=enrolment,
        kind=kind,
        received_at=what.now,
        details=details,
        context=context,
        trainer=what.ticket.trainer,
        recorded_by=what.ticket.issued_to,
        supersedes_id=previous.event_id if previous and not clash else None,
        idempotency_key=what.item.key,
        **columns,
    )
    if not clash:
        projection.apply(event)
    return outcome, event


def _presence(
    what: _Circumstances, fresh: HalfDay, enrolment: Enrolment
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns and erasable details of a signature, or of a declaration by the trainer."""
    item = what.item
    reason = ""
    if item.kind == OfflineKind.DECLARED:
        method = AttendanceMethod.DECLARED_BY_TRAINER
        reason = required_reason(item.reason)[:MAX_REASON]
    elif item.is_drawn:
        method = AttendanceMethod.DRAWN_ON_TRAINER_DEVICE
    else:
        method = AttendanceMethod.TYPED_ON_TRAINER_DEVICE
    signature = item.signature(ip=what.origin.ip, user_agent=what.origin.user_agent)
    details = check_signature(signature=signature, method=method, person=learner_of(enrolment))
    arrived_at = fresh.moment(item.arrived_at) if item.arrived_at else None
    minutes = minutes_attended(half_day=fresh, arrived_at=arrived_at)
    # No later than when the person signed, as far as its clock is to be believed.
    known = min(what.now, what.happened_at + SLACK) if what.is_credible else what.now
    refuse_future(known, arrived_at)
    return (
        {
            "state": AttendanceState.PRESENT,
            "minutes": minutes,
            "arrived_at": arrived_at,
            "method": method,
        },
        details | {"statement": presence_statement(fresh), "reason": reason},
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
    if not is_expected(half_day=half_day, enrolment=enrolment):
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


def _walk_in(what: _Circumstances) -> None:
    note_walk_in(
        half_day=what.ticket.half_day,
        name=what.item.who,
        contact=what.item.contact,
        actor=what.ticket.issued_to,
        noted_at=min(what.now, what.happened_at) if what.is_credible else what.now,
    )


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
