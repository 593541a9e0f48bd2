"""Recording who is there: presence, absence, correction. Each is one event and one mark."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain import anchors, chain, projection
from attendance.domain.absences import opening
from attendance.domain.actors import acting_trainer, learner_of, may_correct
from attendance.domain.guards import (
    MAX_REASON,
    check_absence_reason,
    is_locked,
    locked_refusal,
    refuse_future,
    refuse_if_locked,
    refuse_unless_expected,
    writable_half_day,
)
from attendance.domain.minutes import checked_minutes, minutes_attended
from attendance.domain.signatures import Signature, check_signature, presence_statement
from attendance.domain.versions import Version
from attendance.domain.windows import check_window
from attendance.enums import (
    CONFIRMED_METHODS,
    DECLARED_METHODS,
    TRAINER_DEVICE_METHODS,
    AttendanceKind,
    AttendanceMethod,
)
from attendance.models import AttendanceEvent
from core.domain import journal
from core.domain.transitions import required_reason
from core.exceptions import DomainError
from training.enums import AttendanceState, HalfDayState
from training.models import AttendanceMark, Enrolment, HalfDay, Trainer


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
        fresh = writable_half_day(half_day)
        replayed = _replayed(idempotency_key, fresh, enrolment)
        if replayed is not None:
            return replayed
        now = timezone.now()
        trainer = acting_trainer(fresh, actor, method)
        late = method == AttendanceMethod.LATE_STATEMENT
        locked = is_locked(fresh)
        if locked and not (late and may_correct(actor)):
            raise locked_refusal()
        refuse_unless_expected(fresh, enrolment)
        previous = _current(fresh, enrolment)
        if previous is not None and previous.state == AttendanceState.PRESENT:
            raise _already_recorded(enrolment, "présence")
        check_window(fresh, now, declaring=method in DECLARED_METHODS | CONFIRMED_METHODS)
        if late or method in DECLARED_METHODS:
            reason = required_reason(reason)
        minutes = minutes_attended(half_day=fresh, arrived_at=arrived_at, left_at=left_at)
        refuse_future(now, arrived_at, left_at)
        details = check_signature(signature=signature, method=method, person=learner_of(enrolment))
        return _write(
            fresh,
            enrolment=enrolment,
            kind=AttendanceKind.CORRECTION if locked else AttendanceKind.PRESENCE,
            received_at=now,
            context=context,
            details=details
            | {"statement": presence_statement(fresh), "reason": reason.strip()[:MAX_REASON]},
            trainer=trainer,
            recorded_by=actor,
            state=AttendanceState.PRESENT,
            minutes=minutes,
            arrived_at=arrived_at,
            left_at=left_at,
            method=method,
            supersedes_id=previous.event_id if previous else None,
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

    Allowed from the opening of the window on. A person declared absent may still sign; a person
    recorded present needs `correct`. Raises `DomainError` as `record_presence`, and `bad_reason`.
    """
    with transaction.atomic():
        fresh = writable_half_day(half_day)
        replayed = _replayed(idempotency_key, fresh, enrolment)
        if replayed is not None:
            return replayed
        now = timezone.now()
        trainer = acting_trainer(fresh, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        refuse_if_locked(fresh)
        refuse_unless_expected(fresh, enrolment)
        check_absence_reason(absence_reason)
        previous = _current(fresh, enrolment)
        if previous is not None and previous.state == AttendanceState.PRESENT:
            raise _already_recorded(enrolment, "présence")
        if previous is not None and previous.absence_reason == absence_reason:
            raise _already_recorded(enrolment, "absence")
        check_window(fresh, now, declaring=True)
        return _write(
            fresh,
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
            supersedes_id=previous.event_id if previous else None,
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
    receive a person expected who was never recorded there. Raises `DomainError`:
    `reason_required`, `half_day_locked`, `nothing_to_correct`, `not_expected`, `bad_state`,
    `bad_reason`, `minutes_out_of_range`, `times_out_of_order`, `time_in_future`, `not_trainer`,
    `window_not_open`, `half_day_cancelled`, `session_over`.
    """
    reason = required_reason(reason)
    with transaction.atomic():
        fresh = writable_half_day(half_day)
        replayed = _replayed(idempotency_key, fresh, enrolment)
        if replayed is not None:
            return replayed
        now = timezone.now()
        trainer = acting_trainer(fresh, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        locked = is_locked(fresh)
        if locked and not may_correct(actor):
            raise locked_refusal()
        check_window(fresh, now, declaring=True)
        previous = _current(fresh, enrolment)
        if previous is None:
            refuse_unless_expected(fresh, enrolment)
            if not locked:
                raise DomainError(
                    "Rien n’est encore enregistré : faites signer la personne ou indiquez "
                    "son absence.",
                    code="nothing_to_correct",
                )
        if state == AttendanceState.PRESENT:
            refuse_future(now, arrived_at, left_at)
            computed = minutes_attended(half_day=fresh, arrived_at=arrived_at, left_at=left_at)
            columns: dict[str, Any] = {
                "minutes": computed if minutes is None else checked_minutes(fresh, minutes),
                "arrived_at": arrived_at,
                "left_at": left_at,
            }
        elif state == AttendanceState.ABSENT:
            check_absence_reason(absence_reason)
            columns = {"minutes": 0, "absence_reason": absence_reason}
        else:
            raise DomainError("Indiquez une présence ou une absence.", code="bad_state")
        event = _write(
            fresh,
            enrolment=enrolment,
            kind=AttendanceKind.CORRECTION,
            received_at=now,
            details={"reason": reason},
            trainer=trainer,
            recorded_by=actor,
            state=state,
            method=_declaring_method(trainer),
            supersedes_id=previous.event_id if previous else None,
            idempotency_key=idempotency_key,
            **columns,
        )
        _note_correction(event, previous, locked=locked)
    return event


def take_version(
    *,
    enrolment: Enrolment,
    version: Version,
    collected_by: Trainer | None,
    reason: str,
    actor: User,
) -> AttendanceEvent:
    """Append what staff hold for right of two versions, whole: hours, signature, way, clocks.

    The minutes follow from the hours of the version. `collected_by`: the trainer on whose device
    it was given. It supersedes what is recorded, if anything is; both stay visible. Raises
    `DomainError` as `correct`, and `not_staff`.
    """
    reason = required_reason(reason)
    if not may_correct(actor):
        raise DomainError("Seul le secrétariat peut trancher.", code="not_staff")
    with transaction.atomic():
        fresh = writable_half_day(version.half_day)
        locked = is_locked(fresh)
        now = timezone.now()
        check_window(fresh, now, declaring=True)
        previous = _current(fresh, enrolment)
        if previous is None:
            refuse_unless_expected(fresh, enrolment)
        if version.is_present:
            refuse_future(now, version.arrived_at, version.left_at)
            hours = {"arrived_at": version.arrived_at, "left_at": version.left_at}
            columns: dict[str, Any] = {
                "minutes": minutes_attended(half_day=fresh, **hours),
                **hours,
            }
        else:
            check_absence_reason(version.absence_reason)
            columns = {"minutes": 0, "absence_reason": version.absence_reason}
        corrects = locked or previous is not None
        event = _write(
            fresh,
            enrolment=enrolment,
            kind=AttendanceKind.CORRECTION if corrects else _kind_of(version),
            received_at=now,
            details={**version.signature, "reason": reason},
            context=version.context,
            trainer=collected_by if version.method in TRAINER_DEVICE_METHODS else None,
            recorded_by=actor,
            state=version.state,
            method=version.method,
            supersedes_id=previous.event_id if previous else None,
            **columns,
        )
        _note_correction(event, previous, locked=locked)
    return event


# --- Helpers --------------------------------------------------------------------------------------


def _note_correction(
    event: AttendanceEvent, previous: AttendanceMark | None, *, locked: bool
) -> None:
    """Journal it; what follows a countersignature stands outside it, and is noted on its own."""
    if locked:
        anchors.anchor(event)
    journal.record(
        actor=event.recorded_by,
        verb="attendance.corrected",
        subject=event,
        session_id=event.session_id,
        from_state=previous.state if previous else "",
        to_state=event.state,
    )


def _kind_of(version: Version) -> AttendanceKind:
    return AttendanceKind.PRESENCE if version.is_present else AttendanceKind.ABSENCE


def _declaring_method(trainer: Trainer | None) -> str:
    return AttendanceMethod.DECLARED_BY_TRAINER if trainer else AttendanceMethod.STAFF


def _current(half_day: HalfDay, enrolment: Enrolment) -> AttendanceMark | None:
    return AttendanceMark.objects.filter(half_day=half_day, enrolment=enrolment).first()


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
        f"{learner_of(enrolment)} : une {what} est déjà enregistrée à cette demi-journée.",
        code="already_recorded",
    )


def _write(half_day: HalfDay, **columns: Any) -> AttendanceEvent:
    event = chain.append(session=half_day.session, half_day=half_day, **columns)
    projection.apply(event)
    if half_day.state == HalfDayState.HELD:
        opening.follow_half_day(half_day=half_day, actor=columns.get("recorded_by"))
    return event
