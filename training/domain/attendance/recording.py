"""Recording who is there: presence, absence, correction. Each is one event and one mark."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.domain import journal
from training.domain.attendance import anchors, chain, projection
from training.domain.attendance.signatures import (
    Signature,
    check_signature,
    presence_statement,
)
from training.domain.attendance.slot import (
    CONFIRMED_METHODS,
    DECLARED_METHODS,
    MAX_REASON,
    acting_trainer,
    attended,
    check_absence_reason,
    check_window,
    checked_minutes,
    is_locked,
    locked_refusal,
    may_correct,
    open_slot,
    refuse_future,
    refuse_if_locked,
    refuse_unless_expected,
)
from training.domain.transitions import required_reason
from training.enums import AttendanceKind, AttendanceMethod, AttendanceState, HalfDayState
from training.exceptions import DomainError
from training.models import (
    AttendanceEvent,
    AttendanceMark,
    Enrolment,
    HalfDay,
    Learner,
    Trainer,
)
from training.signals import half_day_corrected


def record_presence(
    *,
    half_day: HalfDay,
    enrolment: Enrolment,
    method: str,
    signature: Signature | None,
    actor: User | None,
    arrived_at: dt.datetime | None = None,
    left_at: dt.datetime | None = None,
    idempotency_key: uuid.UUID | None = None,
    reason: str = "",
    context: Mapping[str, Any] | None = None,
) -> AttendanceEvent:
    """Append one presence to the chain and update its mark (R6313-3, any probative element).

    Signatures are taken from 15 minutes before the start to 30 minutes after the end (dated
    rules, the server's clock); after that, a trainer or the staff may only declare, with a
    reason, or confirm what the person signed. A late statement is the one presence that the staff
    may still add to a locked half-day, as a correction. `arrived_at` and `left_at` reduce the
    minutes, signing late does not. `context`: circumstances kept for ever, without name or
    address. Asking again with the same `idempotency_key` returns the first event.

    Raises `DomainError`: `window_not_open`, `window_closed`, `reason_required`, `not_expected`,
    `already_recorded`, `half_day_locked`, `half_day_cancelled`, `session_over`, `not_trainer`,
    `time_in_future`, `times_out_of_order`, `idempotency_conflict`, and those of the signature.
    """
    with transaction.atomic():
        slot = open_slot(half_day)
        replayed = _replayed(idempotency_key, slot, enrolment)
        if replayed is not None:
            return replayed
        now = timezone.now()
        trainer = acting_trainer(slot, actor, method)
        late = method == AttendanceMethod.LATE_STATEMENT
        locked = is_locked(slot)
        if locked and not (late and may_correct(actor)):
            raise locked_refusal()
        refuse_unless_expected(slot, enrolment)
        previous = _current(slot, enrolment)
        if previous is not None and previous.state == AttendanceState.PRESENT:
            raise _already_recorded(enrolment, "présence")
        check_window(slot, now, declaring=method in DECLARED_METHODS | CONFIRMED_METHODS)
        if late or method in DECLARED_METHODS:
            reason = required_reason(reason)
        minutes = attended(half_day=slot, arrived_at=arrived_at, left_at=left_at)
        refuse_future(now, arrived_at, left_at)
        details = check_signature(signature=signature, method=method, person=_person(enrolment))
        return _write(
            slot,
            enrolment=enrolment,
            kind=AttendanceKind.CORRECTION if locked else AttendanceKind.PRESENCE,
            received_at=now,
            context=context,
            details=details
            | {"statement": presence_statement(slot), "reason": reason.strip()[:MAX_REASON]},
            trainer=trainer,
            recorded_by=actor,
            state=AttendanceState.PRESENT,
            minutes=minutes,
            arrived_at=arrived_at,
            left_at=left_at,
            method=method,
            supersedes=previous.event if previous else None,
            idempotency_key=idempotency_key,
        )


def record_absence(
    *,
    half_day: HalfDay,
    enrolment: Enrolment,
    absence_reason: str,
    actor: User | None,
    comment: str = "",
    idempotency_key: uuid.UUID | None = None,
    method: str = "",
    context: Mapping[str, Any] | None = None,
) -> AttendanceEvent:
    """Append one absence, declared by the half-day's trainer or by the staff.

    `method`: how it was known, when it is not their own declaration (read on paper). `context`:
    circumstances kept for ever, without name or address.

    Allowed from the opening of the window on. Somebody declared absent may still sign; somebody
    recorded present needs `correct`. Raises `DomainError` as `record_presence`, and `bad_reason`.
    """
    with transaction.atomic():
        slot = open_slot(half_day)
        replayed = _replayed(idempotency_key, slot, enrolment)
        if replayed is not None:
            return replayed
        now = timezone.now()
        trainer = acting_trainer(slot, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        refuse_if_locked(slot)
        refuse_unless_expected(slot, enrolment)
        check_absence_reason(absence_reason)
        previous = _current(slot, enrolment)
        if previous is not None and previous.state == AttendanceState.PRESENT:
            raise _already_recorded(enrolment, "présence")
        if previous is not None and previous.absence_reason == absence_reason:
            raise _already_recorded(enrolment, "absence")
        check_window(slot, now, declaring=True)
        return _write(
            slot,
            enrolment=enrolment,
            kind=AttendanceKind.ABSENCE,
            received_at=now,
            context=context,
            details={"reason": comment.strip()[:MAX_REASON]},
            trainer=trainer,
            recorded_by=actor,
            state=AttendanceState.ABSENT,
            minutes=0,
            absence_reason=absence_reason,
            method=method or _declaring_method(trainer),
            supersedes=previous.event if previous else None,
            idempotency_key=idempotency_key,
        )


def record_absences(
    *,
    half_day: HalfDay,
    enrolments: Iterable[Enrolment],
    absence_reason: str,
    actor: User | None,
) -> list[AttendanceEvent]:
    """Append one absence for each of the enrolments, or none at all when one is refused."""
    with transaction.atomic():
        return [
            record_absence(
                half_day=half_day, enrolment=enrolment, absence_reason=absence_reason, actor=actor
            )
            for enrolment in enrolments
        ]


def correct(
    *,
    half_day: HalfDay,
    enrolment: Enrolment,
    state: str,
    reason: str,
    actor: User | None,
    minutes: int | None = None,
    arrived_at: dt.datetime | None = None,
    left_at: dt.datetime | None = None,
    absence_reason: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> AttendanceEvent:
    """Append a correction that supersedes what is recorded; both stay visible.

    Before the lock by the half-day's trainer or the staff, after it by the staff alone, always
    with a reason. `minutes` replaces the computation from the times. A locked half-day may also
    receive somebody expected who was never recorded there. Raises `DomainError`:
    `reason_required`, `half_day_locked`, `nothing_to_correct`, `not_expected`, `bad_state`,
    `bad_reason`, `minutes_out_of_range`, `times_out_of_order`, `time_in_future`, `not_trainer`,
    `window_not_open`, `half_day_cancelled`, `session_over`.
    """
    reason = required_reason(reason)
    with transaction.atomic():
        slot = open_slot(half_day)
        replayed = _replayed(idempotency_key, slot, enrolment)
        if replayed is not None:
            return replayed
        now = timezone.now()
        trainer = acting_trainer(slot, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        locked = is_locked(slot)
        if locked and not may_correct(actor):
            raise locked_refusal()
        check_window(slot, now, declaring=True)
        previous = _current(slot, enrolment)
        if previous is None:
            refuse_unless_expected(slot, enrolment)
            if not locked:
                raise DomainError(
                    "Rien n’est encore enregistré : faites signer la personne ou indiquez "
                    "son absence.",
                    code="nothing_to_correct",
                )
        if state == AttendanceState.PRESENT:
            refuse_future(now, arrived_at, left_at)
            computed = attended(half_day=slot, arrived_at=arrived_at, left_at=left_at)
            columns = {
                "minutes": computed if minutes is None else checked_minutes(slot, minutes),
                "arrived_at": arrived_at,
                "left_at": left_at,
            }
        elif state == AttendanceState.ABSENT:
            check_absence_reason(absence_reason)
            columns = {"minutes": 0, "absence_reason": absence_reason}
        else:
            raise DomainError("Indiquez une présence ou une absence.", code="bad_state")
        event = _write(
            slot,
            enrolment=enrolment,
            kind=AttendanceKind.CORRECTION,
            received_at=now,
            details={"reason": reason},
            trainer=trainer,
            recorded_by=actor,
            state=state,
            method=_declaring_method(trainer),
            supersedes=previous.event if previous else None,
            idempotency_key=idempotency_key,
            **columns,
        )
        if locked:
            # What comes after a countersignature stands outside it: it is noted on its own.
            anchors.anchor(event)
        journal.record(
            actor=actor,
            verb="attendance.corrected",
            subject=event,
            session=slot.session,
            from_state=previous.state if previous else "",
            to_state=state,
        )
    return event


# --- Helpers --------------------------------------------------------------------------------------


def _declaring_method(trainer: Trainer | None) -> str:
    return AttendanceMethod.DECLARED_BY_TRAINER if trainer else AttendanceMethod.STAFF


def _current(half_day: HalfDay, enrolment: Enrolment) -> AttendanceMark | None:
    return (
        AttendanceMark.objects.filter(half_day=half_day, enrolment=enrolment)
        .select_related("event")
        .first()
    )


def _replayed(
    key: uuid.UUID | None, half_day: HalfDay, enrolment: Enrolment
) -> AttendanceEvent | None:
    """The event that the same request made before, if it is a repetition."""
    if key is None:
        return None
    event = AttendanceEvent.objects.filter(idempotency_key=key).first()
    if event is not None and (event.half_day_id, event.enrolment_id) != (half_day.pk, enrolment.pk):
        raise DomainError(
            "Cette demande a déjà servi pour une autre signature : rechargez la page.",
            code="idempotency_conflict",
        )
    return event


def _already_recorded(enrolment: Enrolment, what: str) -> DomainError:
    return DomainError(
        f"{_person(enrolment)} : une {what} est déjà enregistrée à cette demi-journée.",
        code="already_recorded",
    )


def _person(enrolment: Enrolment) -> Learner:
    # Whoever is expected has a name (`expected`).
    return enrolment.learner


def _write(half_day: HalfDay, **columns: Any) -> AttendanceEvent:
    event = chain.append(session=half_day.session, half_day=half_day, **columns)
    projection.apply(event)
    if half_day.state == HalfDayState.HELD:
        half_day_corrected.send(sender=HalfDay, half_day=half_day, actor=columns.get("recorded_by"))
    return event
