"""Recording who is there: presence, absence, correction. Each is one event and one mark."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.domain import journal
from training.domain.attendance import chain, projection
from training.domain.attendance.expected import expected_by_half_days
from training.domain.attendance.signatures import (
    Signature,
    check_signature,
    presence_statement,
)
from training.domain.rules import rule
from training.domain.transitions import lock
from training.enums import (
    AbsenceReason,
    AttendanceKind,
    AttendanceMethod,
    AttendanceState,
    HalfDayState,
    SessionState,
)
from training.exceptions import DomainError
from training.french import format_day, format_time
from training.models import (
    AttendanceEvent,
    AttendanceMark,
    Enrolment,
    HalfDay,
    Learner,
    Trainer,
)

MAX_REASON = 500
#: Ways that need somebody of the organisation, and that remain possible after the window.
DECLARED_METHODS = frozenset(
    {
        AttendanceMethod.DECLARED_BY_TRAINER,
        AttendanceMethod.STAFF,
        AttendanceMethod.PAPER,
    }
)
#: Ways that happen on the trainer's device, in front of the trainer.
TRAINER_DEVICE_METHODS = frozenset(
    {
        AttendanceMethod.DRAWN_ON_TRAINER_DEVICE,
        AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
        AttendanceMethod.DECLARED_BY_TRAINER,
    }
)


@dataclass(frozen=True)
class Window:
    """When one may sign a half-day: from `opens_at` to `closes_at`, both included."""

    opens_at: dt.datetime
    closes_at: dt.datetime


def signing_window(half_day: HalfDay) -> Window:
    """The window of the half-day, by the rules in force on its day."""
    day = timezone.localdate(half_day.starts_at)
    return Window(
        half_day.starts_at - dt.timedelta(minutes=rule("signing_opens_minutes_before", on=day)),
        half_day.ends_at + dt.timedelta(minutes=rule("signing_closes_minutes_after", on=day)),
    )


def may_correct(user: User | None) -> bool:
    """Whether the user is of the staff that corrects and closes in the organisation's name."""
    return user is not None and user.has_perm("training.operate_trainingsession")


def attended(
    *,
    half_day: HalfDay,
    arrived_at: dt.datetime | None = None,
    left_at: dt.datetime | None = None,
) -> int:
    """Minutes followed by somebody who came: the counted minutes, minus those missed at either end.

    Whole minutes missed between the start and the arrival, and between the departure and the
    end, are taken off; never below 0, never above the counted minutes. Breaks are not looked at:
    counted minutes are entered without them. Raises `DomainError` (`times_out_of_order`).
    """
    arrival = max(arrived_at or half_day.starts_at, half_day.starts_at)
    departure = min(left_at or half_day.ends_at, half_day.ends_at)
    if arrival >= departure:
        raise DomainError(
            "Les heures d’arrivée et de départ doivent se suivre, et tomber pendant "
            "la demi-journée.",
            code="times_out_of_order",
        )
    missed = (arrival - half_day.starts_at) // dt.timedelta(minutes=1)
    missed += (half_day.ends_at - departure) // dt.timedelta(minutes=1)
    return max(0, half_day.counted_minutes - missed)


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
) -> AttendanceEvent:
    """Append one presence to the chain and update its mark (R6313-3, any probative element).

    Signatures are taken from 15 minutes before the start to 30 minutes after the end (dated
    rules, the server's clock); after that, a trainer or the staff may only declare, with a
    reason. `arrived_at` and `left_at` reduce the minutes, signing late does not. Asking again
    with the same `idempotency_key` returns the first event.

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
        trainer = _acting_trainer(slot, actor, method)
        _refuse_if_closed(slot)
        _refuse_unless_expected(slot, enrolment)
        previous = _current(slot, enrolment)
        if previous is not None and previous.state == AttendanceState.PRESENT:
            raise _already_recorded(enrolment, "présence")
        _check_window(slot, now, declaring=method in DECLARED_METHODS)
        if method in DECLARED_METHODS:
            reason = required_reason(reason)
        minutes = attended(half_day=slot, arrived_at=arrived_at, left_at=left_at)
        _refuse_future(now, arrived_at, left_at)
        details = check_signature(signature=signature, method=method, person=_person(enrolment))
        return _write(
            slot,
            enrolment=enrolment,
            kind=AttendanceKind.PRESENCE,
            received_at=now,
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
) -> AttendanceEvent:
    """Append one absence, declared by the half-day's trainer or by the staff.

    Allowed from the opening of the window on. Somebody declared absent may still sign; somebody
    recorded present needs `correct`. Raises `DomainError` as `record_presence`, and `bad_reason`.
    """
    with transaction.atomic():
        slot = open_slot(half_day)
        replayed = _replayed(idempotency_key, slot, enrolment)
        if replayed is not None:
            return replayed
        now = timezone.now()
        trainer = _acting_trainer(slot, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        _refuse_if_closed(slot)
        _refuse_unless_expected(slot, enrolment)
        _check_absence_reason(absence_reason)
        previous = _current(slot, enrolment)
        if previous is not None and previous.state == AttendanceState.PRESENT:
            raise _already_recorded(enrolment, "présence")
        if previous is not None and previous.absence_reason == absence_reason:
            raise _already_recorded(enrolment, "absence")
        _check_window(slot, now, declaring=True)
        return _write(
            slot,
            enrolment=enrolment,
            kind=AttendanceKind.ABSENCE,
            received_at=now,
            details={"reason": comment.strip()[:MAX_REASON]},
            trainer=trainer,
            recorded_by=actor,
            state=AttendanceState.ABSENT,
            minutes=0,
            absence_reason=absence_reason,
            method=_declaring_method(trainer),
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
        trainer = _acting_trainer(slot, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        locked = is_locked(slot)
        if locked and not may_correct(actor):
            raise _locked()
        _check_window(slot, now, declaring=True)
        previous = _current(slot, enrolment)
        if previous is None:
            _refuse_unless_expected(slot, enrolment)
            if not locked:
                raise DomainError(
                    "Rien n’est encore enregistré : faites signer la personne ou indiquez "
                    "son absence.",
                    code="nothing_to_correct",
                )
        if state == AttendanceState.PRESENT:
            _refuse_future(now, arrived_at, left_at)
            computed = attended(half_day=slot, arrived_at=arrived_at, left_at=left_at)
            columns = {
                "minutes": computed if minutes is None else _checked_minutes(slot, minutes),
                "arrived_at": arrived_at,
                "left_at": left_at,
            }
        elif state == AttendanceState.ABSENT:
            _check_absence_reason(absence_reason)
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
        journal.record(
            actor=actor,
            verb="attendance.corrected",
            subject=event,
            session=slot.session,
            from_state=previous.state if previous else "",
            to_state=state,
        )
    return event


# --- Shared with locking --------------------------------------------------------------------------


def open_slot(half_day: HalfDay) -> HalfDay:
    """The half-day read again, it and its session locked, in the caller's transaction.

    The session first, always: everything that writes to one chain queues there. Raises
    `DomainError` (`session_over`, `half_day_cancelled`).
    """
    session = lock(half_day.session)
    slot = lock(half_day)
    slot.session = session
    if session.state in {SessionState.COMPLETED, SessionState.ARCHIVED, SessionState.CANCELLED}:
        raise DomainError(
            "Cette session est terminée ou annulée : rouvrez-la avant de toucher à l’émargement.",
            code="session_over",
        )
    if slot.state not in {HalfDayState.PLANNED, HalfDayState.HELD}:
        raise DomainError(
            "Cette demi-journée n’a pas lieu : elle est annulée ou déplacée.",
            code="half_day_cancelled",
        )
    return slot


def is_locked(half_day: HalfDay) -> bool:
    """Whether somebody has already locked the half-day."""
    return half_day.state == HalfDayState.HELD or half_day.locks.exists()


def required_reason(reason: str) -> str:
    """The reason, trimmed. Raises `DomainError` (`reason_required`) when there is none."""
    reason = reason.strip()[:MAX_REASON]
    if not reason:
        raise DomainError("Indiquez le motif.", code="reason_required")
    return reason


# --- Rules ----------------------------------------------------------------------------------------


def _check_window(half_day: HalfDay, now: dt.datetime, *, declaring: bool) -> None:
    window = signing_window(half_day)
    if now < window.opens_at:
        raise DomainError(
            "Il est trop tôt : l’émargement de cette demi-journée ouvre le "
            f"{format_day(window.opens_at, weekday=True)} à {format_time(window.opens_at)}.",
            code="window_not_open",
        )
    if now > window.closes_at and not declaring:
        raise DomainError(
            "Il est trop tard pour signer : l’émargement de cette demi-journée a fermé le "
            f"{format_day(window.closes_at, weekday=True)} à {format_time(window.closes_at)}. "
            "La personne formatrice peut encore déclarer la présence, avec un motif.",
            code="window_closed",
        )


def _refuse_if_closed(half_day: HalfDay) -> None:
    if is_locked(half_day):
        raise _locked()


def _locked() -> DomainError:
    return DomainError(
        "Cette demi-journée est close : seul l’organisme peut encore corriger, avec un motif.",
        code="half_day_locked",
    )


def _refuse_unless_expected(half_day: HalfDay, enrolment: Enrolment) -> None:
    if enrolment.pk not in expected_by_half_days(half_days=[half_day])[half_day.pk]:
        raise DomainError(
            "Cette personne n’est pas attendue à cette demi-journée.", code="not_expected"
        )


def _refuse_future(now: dt.datetime, *moments: dt.datetime | None) -> None:
    if any(moment is not None and moment > now for moment in moments):
        raise DomainError(
            "Une heure d’arrivée ou de départ ne peut pas être dans le futur.",
            code="time_in_future",
        )


def _check_absence_reason(absence_reason: str) -> None:
    if absence_reason not in AbsenceReason.values:
        raise DomainError("Choisissez un motif d’absence dans la liste.", code="bad_reason")


def _checked_minutes(half_day: HalfDay, minutes: int) -> int:
    if not 0 <= minutes <= half_day.counted_minutes:
        raise DomainError(
            "Les minutes suivies vont de 0 aux minutes comptées de la demi-journée "
            f"({half_day.counted_minutes}).",
            code="minutes_out_of_range",
        )
    return minutes


def _acting_trainer(half_day: HalfDay, actor: User | None, method: str) -> Trainer | None:
    """The half-day's trainer who acts, None for the staff or for a learner on their own device."""
    trainer = (
        Trainer.objects.filter(user=actor, assignments__half_day=half_day).first()
        if actor is not None
        else None
    )
    if method == AttendanceMethod.STAFF:
        allowed = may_correct(actor)
    elif method in TRAINER_DEVICE_METHODS or method in DECLARED_METHODS:
        allowed = trainer is not None or may_correct(actor)
    else:
        allowed = True
    if not allowed:
        raise DomainError(
            "Seules les personnes qui animent cette demi-journée peuvent le faire.",
            code="not_trainer",
        )
    return trainer


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
    return event
