"""Signatures that a person must confirm: a name picked on a phone, a statement after the fact.

Nothing is recorded before the confirmation; the signature given is then moved into the event, and
emptied here.
"""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain.actors import acting_trainer, learner_of, may_correct
from attendance.domain.guards import (
    is_locked,
    locked_refusal,
    refuse_unless_expected,
    writable_half_day,
)
from attendance.domain.recording import record_presence
from attendance.domain.room_codes import room_still_open, secret_hash
from attendance.domain.signatures import Signature, check_signature
from attendance.domain.windows import signing_window, signing_windows
from attendance.enums import AttendanceMethod, ClaimKind, ClaimState
from attendance.models import AttendanceEvent, RoomCode, SignatureClaim
from core.domain.canonical import utc_text
from core.domain.transitions import change_state, lock, required_reason
from core.exceptions import DomainError
from core.french import format_time
from training.domain.expected import expected_by_half_days
from training.enums import AttendanceState
from training.models import AttendanceMark, Enrolment, HalfDay

METHODS = {
    ClaimKind.NAMED: AttendanceMethod.PHONE_CONFIRMED,
    ClaimKind.LATE: AttendanceMethod.LATE_STATEMENT,
}


def submit_named_claim(
    *,
    room: RoomCode,
    enrolment: Enrolment,
    signature: Signature,
    device: str = "",
    context: dict[str, Any] | None = None,
) -> SignatureClaim:
    """A person in the room picked their name, without a personal link, and signed.

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


def submit_late_claim(
    *,
    half_day: HalfDay,
    enrolment: Enrolment,
    signature: Signature,
    reason: str,
    context: dict[str, Any] | None = None,
) -> SignatureClaim:
    """The person states afterwards, with a reason, that they were there.

    Only once the window to sign is over. The caller knows who it is (personal link or account) and
    says how in `context`, kept with the event.
    Raises `DomainError`: `window_still_open`, `reason_required`, and as `submit_named_claim`.
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
        context=context or {},
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
    now, window_of = timezone.now(), signing_windows()
    return [
        item
        for item in half_days
        if enrolment.pk in expected[item.pk] and window_of(item).closes_at < now
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


def is_waiting(*, half_day: HalfDay, enrolment: Enrolment) -> bool:
    """Whether a signature of the person waits for a confirmation at the half-day."""
    return SignatureClaim.objects.filter(
        half_day=half_day, enrolment=enrolment, state=ClaimState.PENDING
    ).exists()


def confirm_claim(*, claim: SignatureClaim, actor: User | None) -> AttendanceEvent:
    """The half-day's trainer, or the staff, recognises the person: the presence is recorded.

    After the lock only the staff may, for a late statement. Raises `DomainError`:
    `claim_decided`, and those of `record_presence`.
    """
    with transaction.atomic():
        fresh = writable_half_day(claim.half_day)
        locked = _pending(claim)
        event = record_presence(
            half_day=fresh,
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
        fresh = writable_half_day(claim.half_day)
        acting_trainer(fresh, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        if is_locked(fresh) and not may_correct(actor):
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
        fresh = writable_half_day(half_day)
        refuse_unless_expected(fresh, enrolment)
        # Checked now, when the person can still put it right.
        given = check_signature(
            signature=signature, method=METHODS[kind], person=learner_of(enrolment)
        )
        if AttendanceMark.objects.filter(
            half_day=fresh, enrolment=enrolment, state=AttendanceState.PRESENT
        ).exists():
            raise DomainError(
                "Votre présence est déjà enregistrée à cette demi-journée.",
                code="already_recorded",
            )
        waiting = SignatureClaim.objects.filter(
            half_day=fresh, enrolment=enrolment, state=ClaimState.PENDING
        )
        if waiting.exists():
            raise DomainError(
                "Une signature à ce nom attend déjà d’être confirmée.", code="already_claimed"
            )
        return SignatureClaim.objects.create(
            kind=kind,
            half_day=fresh,
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
    change_state(
        row=claim,
        to=state,
        actor=actor,
        verb=f"attendance.claim_{state.value}",
        stamps={
            "decided_at": timezone.now(),
            "decided_by": actor,
            "event": event,
            "signature": {},
        },
        session_id=claim.half_day.session_id,
    )
