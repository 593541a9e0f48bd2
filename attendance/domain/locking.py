"""Locking a half-day: each trainer countersigns everything recorded there."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain import anchors, chain, flags, room_codes
from attendance.domain.absences import opening
from attendance.domain.actors import may_correct
from attendance.domain.guards import MAX_REASON, is_locked, writable_half_day
from attendance.domain.signatures import Signature, check_signature, lock_statement
from attendance.enums import AttendanceKind, AttendanceMethod
from attendance.models import AttendanceEvent, HalfDayLock
from attendance.signals import half_day_locked
from core.domain.rules import rule
from core.domain.transitions import change_state, required_reason
from core.exceptions import DomainError
from core.french import format_time
from training.domain.expected import expected_by_half_days
from training.enums import HalfDayState
from training.models import AttendanceMark, Enrolment, HalfDay, Trainer


@dataclass
class LockReadiness:
    """Whether a half-day may be locked: who is awaited, whether it is early.

    `missing`: enrolments expected and not resolved, in order of name. `early`: it is before the
    end (minus the tolerance), so that a reason is asked. `sentences`: what to tell, in French.
    """

    missing: list[Enrolment] = field(default_factory=list)
    early: bool = False
    sentences: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Who is missing."""
        return [str(enrolment.learner) for enrolment in self.missing]


def lock_readiness(
    half_day: HalfDay, at: dt.datetime, *, expected: Collection[int] | None = None
) -> LockReadiness:
    """Whether the half-day may be locked at the moment `at`, with the names of who is missing.

    Nothing forbids it when no one is missing; `early` alone only asks for a reason. `expected`: the
    enrolments expected there, for a caller who has them.
    """
    recorded = AttendanceMark.objects.filter(half_day=half_day).values("enrolment_id")
    if expected is None:
        expected = expected_by_half_days(half_days=[half_day])[half_day.pk]
    missing = (
        Enrolment.objects.filter(pk__in=expected)
        .exclude(pk__in=recorded)
        .select_related("learner")
        .by_name()
    )
    return readiness_of(half_day=half_day, missing=list(missing), at=at)


def readiness_of(*, half_day: HalfDay, missing: list[Enrolment], at: dt.datetime) -> LockReadiness:
    """The same, for a caller who already knows who is missing."""
    found = LockReadiness(missing=missing, early=at < earliest_lock(half_day))
    if missing:
        count = f"{len(missing)} personne" + ("s" if len(missing) > 1 else "")
        found.sentences.append(f"Il manque {count} : {', '.join(found.names)}.")
    if found.early:
        found.sentences.append(
            f"La demi-journée finit à {format_time(half_day.ends_at, zone=half_day.zone)} : "
            "pour la clore avant, indiquez pourquoi."
        )
    return found


def earliest_lock(half_day: HalfDay) -> dt.datetime:
    """From when the half-day may be locked without saying why."""
    tolerance = rule("lock_minutes_before_end", on=timezone.localdate(half_day.starts_at))
    return half_day.ends_at - dt.timedelta(minutes=tolerance)


def lock_half_day(
    *,
    half_day: HalfDay,
    trainer: Trainer | None,
    actor: User | None,
    signature: Signature | None,
    early_reason: str = "",
    reason: str = "",
    at: dt.datetime | None = None,
    context: Mapping[str, Any] | None = None,
    idempotency_key: uuid.UUID | None = None,
) -> HalfDayLock:
    """Countersign the half-day: an event over the hash of everything recorded there.

    Refused, by name, while anybody expected is unresolved; before the end minus 10 minutes (dated
    rule) without `early_reason`. A trainer signs in their own name (drawn, or typed with
    consent). With `trainer=None` the staff closes in the organisation's name, with `reason`, when
    a trainer cannot. Once every assigned trainer has locked, or the staff has, the half-day is
    held and `half_day_locked` is sent inside the transaction. `at`: when a trainer without
    network asked for it, which decides whether it was early; `context`: circumstances kept with
    the event.

    Raises `DomainError`: `lock_blocked` (details: the names), `early_reason_required`,
    `half_day_not_begun`, `already_locked`, `not_trainer`, `reason_required`, `session_over`,
    `half_day_cancelled`, and those of the signature.
    """
    with transaction.atomic():
        fresh = writable_half_day(half_day)
        now = timezone.now()
        _check_who(fresh, trainer, actor)
        expected = expected_by_half_days(half_days=[fresh])[fresh.pk]
        _check_when(fresh, at or now, early_reason, expected)
        details = {
            "statement": lock_statement(fresh),
            "early_reason": early_reason.strip()[:MAX_REASON],
            "reason": "",
        }
        if trainer is None:
            method = AttendanceMethod.STAFF
            details["reason"] = required_reason(reason)
        else:
            drawn = signature is not None and bool(signature.strokes)
            method = (
                AttendanceMethod.DRAWN_ON_TRAINER_DEVICE
                if drawn
                else AttendanceMethod.TYPED_ON_TRAINER_DEVICE
            )
            details |= check_signature(signature=signature, method=method, person=trainer)
        event = chain.append(
            session=fresh.session,
            half_day=fresh,
            kind=AttendanceKind.LOCK,
            received_at=now,
            details=details,
            trainer=trainer,
            recorded_by=actor,
            method=method,
            context=context,
            idempotency_key=idempotency_key,
            slot_hash=chain.slot_hash(
                AttendanceEvent.objects.filter(half_day=fresh)
                .order_by("sequence")
                .values_list("hash", flat=True)
            ),
        )
        anchors.anchor(event)
        row = HalfDayLock.objects.create(
            half_day=fresh, trainer=trainer, event=event, locked_at=now
        )
        if fresh.first_locked_at is None:
            fresh.first_locked_at = now
            fresh.save(update_fields=["first_locked_at"])
        if trainer is None or not trainers_to_lock(fresh):
            _hold(fresh, at=now, actor=actor, expected=expected)
            half_day.refresh_from_db(fields=["state", "held_at"])
        half_day.first_locked_at = fresh.first_locked_at
    return row


def trainers_to_lock(half_day: HalfDay) -> list[Trainer]:
    """The assigned trainers who have not countersigned yet."""
    return list(
        Trainer.objects.filter(assignments__half_day=half_day)
        .exclude(
            pk__in=HalfDayLock.objects.filter(half_day=half_day)
            .exclude(trainer=None)
            .values("trainer_id")
        )
        .by_name()
    )


def _check_who(half_day: HalfDay, trainer: Trainer | None, actor: User | None) -> None:
    if trainer is None:
        allowed = may_correct(actor)
    else:
        # No one countersigns in another person's name.
        allowed = (
            actor is not None
            and trainer.user_id == actor.pk
            and half_day.assignments.filter(trainer=trainer).exists()
        )
    if not allowed:
        raise DomainError(
            "Seules les personnes qui animent cette demi-journée peuvent la clore, "
            "chacune en son nom.",
            code="not_trainer",
        )
    if half_day.state == HalfDayState.HELD or (
        is_locked(half_day) and half_day.locks.filter(trainer=trainer).exists()
    ):
        raise DomainError("Cette demi-journée est déjà close.", code="already_locked")


def _check_when(
    half_day: HalfDay, now: dt.datetime, early_reason: str, expected: Collection[int]
) -> None:
    if now < half_day.starts_at:
        raise DomainError(
            "Cette demi-journée n’a pas commencé : elle ne peut pas être close.",
            code="half_day_not_begun",
        )
    found = lock_readiness(half_day, now, expected=expected)
    if found.missing:
        raise DomainError(found.sentences[0], code="lock_blocked", details=found.names)
    if found.early and not early_reason.strip():
        raise DomainError(found.sentences[-1], code="early_reason_required")


def _hold(
    half_day: HalfDay, *, at: dt.datetime, actor: User | None, expected: Collection[int]
) -> None:
    change_state(
        row=half_day,
        to=HalfDayState.HELD,
        actor=actor,
        verb="half_day.locked",
        stamps={"held_at": at},
        session_id=half_day.session_id,
    )
    room_codes.end_room_codes(half_day=half_day)
    flags.raise_flags(half_day=half_day)
    opening.follow_half_day(half_day=half_day, actor=actor, expected=expected)
    half_day_locked.send(sender=HalfDay, half_day=half_day, actor=actor)
