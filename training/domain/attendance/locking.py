"""Locking a half-day: each trainer countersigns everything recorded there."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.domain.attendance import anchors, chain
from training.domain.attendance.expected import expected_by_half_days
from training.domain.attendance.signatures import Signature, check_signature, lock_statement
from training.domain.attendance.slot import (
    MAX_REASON,
    is_locked,
    may_correct,
    open_slot,
)
from training.domain.rules import rule
from training.domain.transitions import change_state, required_reason
from training.enums import HALF_DAY_TRANSITIONS, AttendanceKind, AttendanceMethod, HalfDayState
from training.exceptions import DomainError
from training.french import format_time
from training.models import (
    AttendanceEvent,
    AttendanceMark,
    Enrolment,
    HalfDay,
    HalfDayLock,
    Trainer,
)
from training.signals import half_day_locked


@dataclass
class LockBlockers:
    """What stands between a half-day and its lock.

    `missing`: enrolments expected and not resolved, in order of name. `early`: it is before the
    end (minus the tolerance), so that a reason is asked. `sentences`: what to tell, in French.
    """

    missing: list[Enrolment] = field(default_factory=list)
    early: bool = False
    sentences: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing)

    @property
    def names(self) -> list[str]:
        """Who is missing."""
        return [str(enrolment.learner) for enrolment in self.missing]


def lock_blockers(half_day: HalfDay, at: dt.datetime) -> LockBlockers:
    """Why the half-day cannot be locked at the moment `at`, by name.

    False when nobody is missing; `early` alone only asks for a reason.
    """
    recorded = AttendanceMark.objects.filter(half_day=half_day).values("enrolment_id")
    expected = expected_by_half_days(half_days=[half_day])[half_day.pk]
    missing = (
        Enrolment.objects.filter(pk__in=expected)
        .exclude(pk__in=recorded)
        .select_related("learner")
        .order_by("learner__last_name", "learner__first_name", "pk")
    )
    return blockers_for(half_day=half_day, missing=list(missing), at=at)


def blockers_for(*, half_day: HalfDay, missing: list[Enrolment], at: dt.datetime) -> LockBlockers:
    """The same, for a caller who already knows who is missing."""
    found = LockBlockers(missing=missing, early=at < earliest_lock(half_day))
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
        slot = open_slot(half_day)
        now = timezone.now()
        _check_who(slot, trainer, actor)
        _check_when(slot, at or now, early_reason)
        details = {
            "statement": lock_statement(slot),
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
            session=slot.session,
            half_day=slot,
            kind=AttendanceKind.LOCK,
            received_at=now,
            details=details,
            trainer=trainer,
            recorded_by=actor,
            method=method,
            context=context,
            idempotency_key=idempotency_key,
            slot_hash=chain.slot_hash(
                AttendanceEvent.objects.filter(half_day=slot)
                .order_by("sequence")
                .values_list("hash", flat=True)
            ),
        )
        anchors.anchor(event)
        row = HalfDayLock.objects.create(half_day=slot, trainer=trainer, event=event, locked_at=now)
        if trainer is None or not trainers_to_lock(slot):
            _hold(slot, at=now, actor=actor)
            half_day.refresh_from_db(fields=["state", "held_at"])
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
        .order_by("last_name", "first_name", "pk")
    )


def _check_who(half_day: HalfDay, trainer: Trainer | None, actor: User | None) -> None:
    if trainer is None:
        allowed = may_correct(actor)
    else:
        # Nobody countersigns in somebody else's name.
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


def _check_when(half_day: HalfDay, now: dt.datetime, early_reason: str) -> None:
    if now < half_day.starts_at:
        raise DomainError(
            "Cette demi-journée n’a pas commencé : elle ne peut pas être close.",
            code="half_day_not_begun",
        )
    found = lock_blockers(half_day, now)
    if found.missing:
        raise DomainError(found.sentences[0], code="lock_blocked", details=found.names)
    if found.early and not early_reason.strip():
        raise DomainError(found.sentences[-1], code="early_reason_required")


def _hold(half_day: HalfDay, *, at: dt.datetime, actor: User | None) -> None:
    change_state(
        row=half_day,
        to=HalfDayState.HELD,
        table=HALF_DAY_TRANSITIONS,
        actor=actor,
        verb="half_day.locked",
        stamps={"held_at": at},
        session=half_day.session,
    )
    half_day_locked.send(sender=HalfDay, half_day=half_day, actor=actor)
