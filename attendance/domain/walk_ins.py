"""People present without an enrolment: noted by the trainer, matched later by the office."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain.actors import acting_trainer, may_correct
from attendance.domain.guards import is_locked, locked_refusal, writable_half_day
from attendance.domain.recording import correct, record_presence
from attendance.domain.signatures import MAX_NAME
from attendance.domain.windows import check_window
from attendance.enums import AttendanceMethod, WalkInState
from attendance.models import AttendanceEvent, WalkIn
from core.domain import journal
from core.domain.transitions import change_state, lock, required_reason
from core.exceptions import DomainError
from training.domain.expected import is_expected
from training.enums import AttendanceState
from training.models import AttendanceMark, Enrolment, EnrolmentHalfDay, HalfDay


def note_walk_in(
    *,
    half_day: HalfDay,
    name: str,
    contact: str,
    actor: User | None,
    noted_at: dt.datetime | None = None,
) -> WalkIn:
    """Write down a person who is there and whom no one expected. Counts for nothing yet.

    `noted_at`: when a device without network was told so; a half-day closed since does not stop
    it. Raises `DomainError`: `name_missing`, `not_trainer`, `half_day_locked`, `window_not_open`,
    `session_over`, `half_day_cancelled`.
    """
    name = " ".join(name.split())[:MAX_NAME]
    if not name:
        raise DomainError("Indiquez le prénom et le nom.", code="name_missing")
    with transaction.atomic():
        fresh = writable_half_day(half_day)
        acting_trainer(fresh, actor, AttendanceMethod.DECLARED_BY_TRAINER)
        if noted_at is None and is_locked(fresh) and not may_correct(actor):
            raise locked_refusal()
        moment = noted_at or timezone.now()
        check_window(fresh, moment, declaring=True)
        walk_in = WalkIn.objects.create(
            half_day=fresh,
            name=name,
            contact=contact.strip()[:MAX_NAME],
            noted_by=actor,
            noted_at=moment,
        )
        journal.record(
            actor=actor,
            verb="attendance.walk_in_noted",
            subject=walk_in,
            session_id=fresh.session_id,
        )
    return walk_in


def match_walk_in(
    *, walk_in: WalkIn, enrolment: Enrolment, actor: User | None
) -> AttendanceEvent | None:
    """The office says whose enrolment it is: the presence is recorded, in the staff's name.

    A person not expected at that half-day is added to it. None when the person had been
    recorded present meanwhile. Raises `DomainError`: `walk_in_decided`, `wrong_session`,
    `not_taking_part`, `not_trainer`, `session_over`, `half_day_cancelled`.
    """
    with transaction.atomic():
        fresh = writable_half_day(walk_in.half_day)
        locked = _to_match(walk_in)
        _refuse_unless_staff(actor)
        if enrolment.session_id != fresh.session_id:
            raise DomainError(
                "Cette inscription est celle d’une autre session.", code="wrong_session"
            )
        if not Enrolment.objects.taking_part().filter(pk=enrolment.pk).exists():
            raise DomainError(
                "Cette inscription n’est pas confirmée : confirmez-la d’abord.",
                code="not_taking_part",
            )
        if not is_expected(half_day=fresh, enrolment=enrolment):
            EnrolmentHalfDay.objects.update_or_create(
                half_day=fresh,
                enrolment=enrolment,
                defaults={"expected": True, "reason": "Présente, notée par la personne formatrice"},
            )
        event = _record(fresh, enrolment, locked, actor)
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
    fresh: HalfDay, enrolment: Enrolment, walk_in: WalkIn, actor: User | None
) -> AttendanceEvent | None:
    reason = "Présence notée sur place par la personne formatrice, rattachée par l’organisme"
    mark = AttendanceMark.objects.filter(half_day=fresh, enrolment=enrolment).first()
    if mark is not None and mark.state == AttendanceState.PRESENT:
        return None
    if mark is not None or is_locked(fresh):
        return correct(
            half_day=fresh,
            enrolment=enrolment,
            state=AttendanceState.PRESENT,
            reason=reason,
            actor=actor,
            idempotency_key=walk_in.uuid,
        )
    return record_presence(
        half_day=fresh,
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
    change_state(
        row=walk_in,
        to=state,
        actor=actor,
        verb=verb,
        stamps={
            "decided_at": timezone.now(),
            "decided_by": actor,
            "enrolment": walk_in.enrolment,
            "note": walk_in.note,
        },
        session_id=walk_in.half_day.session_id,
    )
