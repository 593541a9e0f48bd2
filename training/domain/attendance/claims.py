"""Signatures that somebody must confirm: a name picked on a phone, a statement after the fact.

Nothing is recorded before the confirmation; the signature given is then moved into the event, and
emptied here.
"""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.attendance_enums import ClaimKind, ClaimState
from training.domain import journal
from training.domain.attendance.expected import expected_by_half_days
from training.domain.attendance.recording import record_presence
from training.domain.attendance.room_codes import room_still_open, secret_hash
from training.domain.attendance.signatures import Signature, check_signature
from training.domain.attendance.slot import (
    acting_trainer,
    is_locked,
    locked_refusal,
    may_correct,
    open_slot,
    refuse_unless_expected,
    signing_window,
)
from training.domain.canonical import utc_text
from training.domain.transitions import lock, required_reason
from training.enums import AttendanceMethod, AttendanceState
from training.exceptions import DomainError
from training.french import format_time
from training.models import (
    AttendanceEvent,
    AttendanceMark,
    Enrolment,
    HalfDay,
    RoomCode,
    SignatureClaim,
)

METHODS = {
    ClaimKind.NAMED: AttendanceMethod.PHONE_CONFIRMED,
    ClaimKind.LATE: AttendanceMethod.LATE_STATEMENT,
}


def claim_with_name(
    *,
    room: RoomCode,
    enrolment: Enrolment,
    signature: Signature,
    device: str = "",
    context: dict[str, Any] | None = None,
) -> SignatureClaim:
    """Somebody in the room picked their name, without a personal link, and signed.

    `device` is the secret that the phone carries, if it carries one.

    Raises `DomainError`: `access_refused`, `window_not_open`, `not_expected`, `already_recorded`,
    `already_claimed`, and those of the signature.
    """
    room = room_still_open(room.pk)
    return _claim(
        kind=ClaimKind.NAMED,
        half_day=room.half_day,
        enrolment=enrolment,
        signature=replace(signature, device=secret_hash(device) if device else ""),
        context={"room_code_id": room.pk} | (context or {}),
    )


def claim_late(
    *, half_day: HalfDay, enrolment: Enrolment, signature: Signature, reason: str
) -> SignatureClaim:
    """The person states afterwards, with a reason, that they were there.

    Only once the window to sign is over. The caller knows who it is (personal link or account).
    Raises `DomainError`: `window_still_open`, `reason_required`, and as `claim_with_name`.
    """
    reason = required_reason(reason)
    closes_at = signing_window(half_day).closes_at
    if timezone.now() <= closes_at:
        until = format_time(closes_at, zone=half_day.zone)
        raise DomainError(
            f"Vous pouvez encore signer sur place, jusqu’à {until}.", code="window_still_open"
        )
    return _claim(
        kind=ClaimKind.LATE,
        half_day=half_day,
        enrolment=enrolment,
        signature=signature,
        context={},
        reason=reason,
    )


def half_days_to_state(*, enrolment: Enrolment) -> list[HalfDay]:
    """The past half-days where the person was expected and may still state a presence."""
    half_days = list(
        HalfDay.objects.counting()
        .filter(session=enrolment.session_id, ends_at__lt=timezone.now())
        .exclude(marks__enrolment=enrolment, marks__state=AttendanceState.PRESENT)
        .exclude(signature_claims__enrolment=enrolment, signature_claims__state=ClaimState.PENDING)
        .select_related("session__programme_version", "session__venue", "venue")
        .order_by("starts_at", "pk")
    )
    expected = expected_by_half_days(half_days=half_days)
    now = timezone.now()
    return [
        item
        for item in half_days
        if enrolment.pk in expected[item.pk] and signing_window(item).closes_at < now
    ]


def pending_claims(*, half_day: HalfDay) -> list[SignatureClaim]:
    """What waits for a confirmation at the half-day, for people not recorded present since."""
    return list(
        SignatureClaim.objects.filter(half_day=half_day, state=ClaimState.PENDING)
        .exclude(
            enrolment__in=AttendanceMark.objects.filter(
                half_day=half_day, state=AttendanceState.PRESENT
            ).values("enrolment_id")
        )
        .select_related("enrolment__learner")
        .order_by("made_at", "pk")
    )


def confirm_claim(*, claim: SignatureClaim, actor: User | None) -> AttendanceEvent:
    """The half-day's trainer, or the staff, recognises the person: the presence is recorded.

    After the lock only the staff may, for a late statement. Raises `DomainError`:
    `claim_decided`, and those of `record_presence`.
    """
    with transaction.atomic():
        slot = open_slot(claim.half_day)
        locked = _pending(claim)
        event = record_presence(
            half_day=slot,
            enrolment=locked.enrolment,
            method=METHODS[ClaimKind(locked.kind)],
            signature=Signature(**locked.signature),
            actor=actor,
            idempotency_key=locked.uuid,
            reason=locked.reason,
            context=locked.context | {"signed_at": utc_text(locked.made_at)},
        )
        _decide(locked, ClaimState.CONFIRMED, actor, event=event)
    claim.refresh_from_db()
    return event


def refuse_claim(*, claim: SignatureClaim, actor: User | None) -> None:
    """The person was not there, or is not who they say: nothing is recorded.

    Raises `DomainError` (`claim_decided`, `not_trainer`, `half_day_locked`).
    """
    with transaction.atomic():
        slot = open_slot(claim.half_day)
        acting_trainer(slot, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        if is_locked(slot) and not may_correct(actor):
            raise locked_refusal()
        _decide(_pending(claim), ClaimState.REFUSED, actor)
    claim.refresh_from_db()


def _claim(
    *,
    kind: ClaimKind,
    half_day: HalfDay,
    enrolment: Enrolment,
    signature: Signature,
    context: dict[str, Any],
    reason: str = "",
) -> SignatureClaim:
    with transaction.atomic():
        slot = open_slot(half_day)
        refuse_unless_expected(slot, enrolment)
        # Checked now, when the person can still mend it.
        given = check_signature(signature=signature, method=METHODS[kind], person=enrolment.learner)
        if AttendanceMark.objects.filter(
            half_day=slot, enrolment=enrolment, state=AttendanceState.PRESENT
        ).exists():
            raise DomainError(
                "Votre présence est déjà enregistrée à cette demi-journée.",
                code="already_recorded",
            )
        waiting = SignatureClaim.objects.filter(
            half_day=slot, enrolment=enrolment, state=ClaimState.PENDING
        )
        if waiting.exists():
            raise DomainError(
                "Une signature à ce nom attend déjà d’être confirmée.", code="already_claimed"
            )
        return SignatureClaim.objects.create(
            kind=kind,
            half_day=slot,
            enrolment=enrolment,
            signature=given,
            context=context,
            reason=reason,
        )


def _pending(claim: SignatureClaim) -> SignatureClaim:
    locked = lock(claim)
    if locked.state != ClaimState.PENDING:
        raise DomainError("Cette signature a déjà été traitée.", code="claim_decided")
    return locked


def _decide(
    claim: SignatureClaim,
    state: ClaimState,
    actor: User | None,
    *,
    event: AttendanceEvent | None = None,
) -> None:
    claim.state = state
    claim.decided_at = timezone.now()
    claim.decided_by = actor
    claim.event = event
    claim.signature = {}
    claim.save(update_fields=["state", "decided_at", "decided_by", "event", "signature"])
    journal.record(
        actor=actor,
        verb=f"attendance.claim_{state.value}",
        subject=claim,
        session=claim.half_day.session,
        from_state=ClaimState.PENDING,
        to_state=state,
    )
