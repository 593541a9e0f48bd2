"""What may still be done to a half-day: edited until its own first signature, then cancelled or
moved with a reason, until somebody countersigns it. Whoever expected it is told."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training import mails
from training.domain import outbox
from training.domain.attendance.expected import expected_enrolments
from training.domain.transitions import change_state, required_reason
from training.enums import HALF_DAY_TRANSITIONS, HalfDayState, SessionState
from training.exceptions import DomainError
from training.models import (
    Enrolment,
    EnrolmentHalfDay,
    HalfDay,
    Trainer,
    TrainerAssignment,
)


def refuse_if_attended(half_day: HalfDay) -> None:
    """Raise `DomainError` (`half_day_attended`) once somebody's attendance is recorded."""
    if half_day.attendance_events.exists():
        raise DomainError(
            "Une présence est déjà enregistrée à cette demi-journée : elle ne se modifie plus. "
            "Vous pouvez l’annuler ou la déplacer, avec un motif.",
            code="half_day_attended",
        )


def refuse_if_countersigned(half_day: HalfDay) -> None:
    """Raise `DomainError` (`half_day_locked`) once a trainer, or the staff, has locked it."""
    if half_day.locks.exists():
        raise DomainError(
            "Cette demi-journée est close : elle ne peut plus être déplacée ni annulée.",
            code="half_day_locked",
        )


def cancel_half_day(*, half_day: HalfDay, actor: User | None, reason: str) -> HalfDay:
    """The half-day will not take place, or did not to its end.

    What was signed there stays in the chain, and counts no more. Whoever was to come is told,
    with the reason, unless its time has passed. Refused once somebody has countersigned it
    (`half_day_locked`), or without a reason (`reason_required`).
    """
    reason = required_reason(reason)
    with transaction.atomic():
        concerned = people_concerned(half_day)
        cancelled = change_state(
            row=half_day,
            to=HalfDayState.CANCELLED,
            table=HALF_DAY_TRANSITIONS,
            actor=actor,
            verb="half_day.cancelled",
            reason=reason,
            guard=refuse_if_countersigned,
            session=half_day.session,
        )
        if half_day.ends_at > timezone.now():
            tell_change(concerned, half_day=half_day, target=None, reason=reason)
    return cancelled


def move_half_day(
    *,
    half_day: HalfDay,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    actor: User | None,
    reason: str,
) -> HalfDay:
    """Replace the half-day by the same one at another time; returns the new one.

    Trainers, groups, people exempted or added: all follow, and are told the new time with the
    reason. What was signed at the first stays there, and counts no more: people sign again at
    the new one. Refused as `cancel_half_day`.
    """
    reason = required_reason(reason)
    with transaction.atomic():
        concerned = people_concerned(half_day)
        target = _copy(half_day, starts_at=starts_at, ends_at=ends_at)
        change_state(
            row=half_day,
            to=HalfDayState.MOVED,
            table=HALF_DAY_TRANSITIONS,
            actor=actor,
            verb="half_day.moved",
            stamps={"moved_to": target},
            reason=reason,
            guard=refuse_if_countersigned,
            session=half_day.session,
        )
        if ends_at > timezone.now():
            tell_change(concerned, half_day=half_day, target=target, reason=reason)
    return target


def people_concerned(half_day: HalfDay) -> tuple[list[Enrolment], list[Trainer]]:
    """Who counts on the half-day: the people expected there, and those who train.

    Nobody while the session is a draft: its dates were given to nobody.
    """
    if half_day.session.state == SessionState.DRAFT:
        return [], []
    trainers = Trainer.objects.filter(assignments__half_day=half_day)
    return (
        list(expected_enrolments(half_day=half_day)),
        list(trainers.order_by("last_name", "first_name", "pk")),
    )


def tell_change(
    concerned: tuple[list[Enrolment], list[Trainer]],
    *,
    half_day: HalfDay,
    target: HalfDay | None,
    reason: str = "",
) -> None:
    """Write to the people of `people_concerned`: the half-day as it was, as it is (`target`, None
    when it will not take place), and why when somebody said so."""
    enrolments, trainers = concerned
    for enrolment in enrolments:
        outbox.send_to_learner(
            mail=mails.half_day_changed(
                half_day, target=target, to=enrolment.learner, reason=reason
            ),
            enrolment=enrolment,
        )
    for trainer in trainers:
        outbox.send(
            mail=mails.half_day_changed(half_day, target=target, to=trainer, reason=reason),
            to_email=trainer.email,
            to_name=str(trainer),
            session=half_day.session,
        )


def _copy(half_day: HalfDay, *, starts_at: dt.datetime, ends_at: dt.datetime) -> HalfDay:
    target = HalfDay(
        session=half_day.session,
        label=half_day.label,
        starts_at=starts_at,
        ends_at=ends_at,
        counted_minutes=half_day.counted_minutes,
        modality=half_day.modality,
        venue=half_day.venue,
        link=half_day.link,
    )
    target.full_clean()
    target.save()
    target.groups.set(half_day.groups.all())
    TrainerAssignment.objects.bulk_create(
        TrainerAssignment(
            half_day=target,
            trainer_id=assignment.trainer_id,
            role=assignment.role,
            status=assignment.status,
        )
        for assignment in half_day.assignments.all()
    )
    EnrolmentHalfDay.objects.bulk_create(
        EnrolmentHalfDay(
            enrolment_id=exception.enrolment_id,
            half_day=target,
            expected=exception.expected,
            reason=exception.reason,
        )
        for exception in half_day.exceptions.all()
    )
    return target
