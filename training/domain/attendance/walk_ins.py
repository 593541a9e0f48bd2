"""People present without an enrolment: noted by the trainer, matched later by the office."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.attendance_enums import WalkInState
from training.domain import journal
from training.domain.attendance.expected import expected_by_half_days
from training.domain.attendance.recording import correct, record_presence
from training.domain.attendance.slot import (
    acting_trainer,
    check_window,
    is_locked,
    locked_refusal,
    may_correct,
    open_slot,
)
from training.domain.transitions import lock, required_reason
from training.enums import AttendanceMethod, AttendanceState
from training.exceptions import DomainError
from training.models import (
    AttendanceEvent,
    AttendanceMark,
    Enrolment,
    EnrolmentHalfDay,
    HalfDay,
    WalkIn,
)

MAX_NAME = 200


def note_walk_in(*, half_day: HalfDay, name: str, contact: str, actor: User | None) -> WalkIn:
    """Write down somebody who is there and whom nobody expected. Counts for nothing yet.

    Raises `DomainError`: `name_missing`, `not_trainer`, `half_day_locked`, `window_not_open`,
    `session_over`, `half_day_cancelled`.
    """
    name = " ".join(name.split())[:MAX_NAME]
    if not name:
        raise DomainError("Indiquez le prénom et le nom.", code="name_missing")
    with transaction.atomic():
        slot = open_slot(half_day)
        acting_trainer(slot, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        if is_locked(slot) and not may_correct(actor):
            raise locked_refusal()
        check_window(slot, timezone.now(), declaring=True)
        walk_in = WalkIn.objects.create(
            half_day=slot, name=name, contact=contact.strip()[:MAX_NAME], noted_by=actor
        )
        journal.record(
            actor=actor, verb="attendance.walk_in_noted", subject=walk_in, session=slot.session
        )
    return walk_in


def match_walk_in(
    *, walk_in: WalkIn, enrolment: Enrolment, actor: User | None
) -> AttendanceEvent | None:
    """The office says whose enrolment it is: the presence is recorded, in the staff's name.

    Whoever was not expected at that half-day is added to it. None when the person had been
    recorded present meanwhile. Raises `DomainError`: `walk_in_decided`, `wrong_session`,
    `not_taking_part`, `not_trainer`, `session_over`, `half_day_cancelled`.
    """
    with transaction.atomic():
        slot = open_slot(walk_in.half_day)
        locked = _to_match(walk_in)
        _refuse_unless_staff(actor)
        if enrolment.session_id != slot.session_id:
            raise DomainError(
                "Cette inscription est celle d’une autre session.", code="wrong_session"
            )
        if not Enrolment.objects.taking_part().filter(pk=enrolment.pk).exists():
            raise DomainError(
                "Cette inscription n’est pas confirmée : confirmez-la d’abord.",
                code="not_taking_part",
            )
        if enrolment.pk not in expected_by_half_days(half_days=[slot])[slot.pk]:
            EnrolmentHalfDay.objects.update_or_create(
                half_day=slot,
                enrolment=enrolment,
                defaults={"expected": True, "reason": "Présente, notée par la personne formatrice"},
            )
        event = _record(slot, enrolment, locked, actor)
        locked.enrolment = enrolment
        _decide(locked, WalkInState.MATCHED, actor, verb="attendance.walk_in_matched")
    walk_in.refresh_from_db()
    return event


def dismiss_walk_in(*, walk_in: WalkIn, actor: User | None, note: str) -> None:
    """Nothing follows: a visitor, a person of another session… with a note.

    Raises `DomainError` (`walk_in_decided`, `reason_required`, `not_trainer`).
    """
    with transaction.atomic():
        locked = _to_match(walk_in)
        _refuse_unless_staff(actor)
        locked.note = required_reason(note)
        _decide(locked, WalkInState.DISMISSED, actor, verb="attendance.walk_in_dismissed")
    walk_in.refresh_from_db()


def _record(
    slot: HalfDay, enrolment: Enrolment, walk_in: WalkIn, actor: User | None
) -> AttendanceEvent | None:
    reason = "Présence notée sur place par la personne formatrice, rattachée par l’organisme"
    mark = AttendanceMark.objects.filter(half_day=slot, enrolment=enrolment).first()
    if mark is not None and mark.state == AttendanceState.PRESENT:
        return None
    if mark is not None or is_locked(slot):
        return correct(
            half_day=slot,
            enrolment=enrolment,
            state=AttendanceState.PRESENT,
            reason=reason,
            actor=actor,
            idempotency_key=walk_in.uuid,
        )
    return record_presence(
        half_day=slot,
        enrolment=enrolment,
        method=AttendanceMethod.STAFF,
        signature=None,
        actor=actor,
        reason=reason,
        idempotency_key=walk_in.uuid,
    )


def _to_match(walk_in: WalkIn) -> WalkIn:
    locked = lock(walk_in)
    if locked.state != WalkInState.TO_MATCH:
        raise DomainError("Cette personne a déjà été traitée.", code="walk_in_decided")
    return locked


def _refuse_unless_staff(actor: User | None) -> None:
    if not may_correct(actor):
        raise DomainError("Seul l’organisme peut le faire.", code="not_trainer")


def _decide(walk_in: WalkIn, state: WalkInState, actor: User | None, *, verb: str) -> None:
    walk_in.state = state
    walk_in.decided_at = timezone.now()
    walk_in.decided_by = actor
    walk_in.save(update_fields=["state", "decided_at", "decided_by", "enrolment", "note"])
    journal.record(
        actor=actor,
        verb=verb,
        subject=walk_in,
        session=walk_in.half_day.session,
        from_state=WalkInState.TO_MATCH,
        to_state=state,
    )
