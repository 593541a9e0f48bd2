"""What may still be done to a half-day: edited until its own first signature, then cancelled or
moved with a reason, until a trainer countersigns it. People concerned are notified."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain import journal, outbox
from core.domain.transitions import change_state, lock, required_reason
from core.exceptions import DomainError
from training import mails
from training.domain.correspondence import write_to_learner
from training.domain.expected import expected_enrolments
from training.domain.session_guards import refuse_if_over
from training.enums import HalfDayState, SessionState, TrainerRole, TrainerStatus
from training.models import (
    Enrolment,
    EnrolmentHalfDay,
    HalfDay,
    SessionGroup,
    Trainer,
    TrainerAssignment,
)

#: What people organise their day by.
WHEN_AND_WHERE = frozenset({"starts_at", "ends_at", "venue", "modality", "link"})


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """A person who trains at a half-day, with the role and the status of that day."""

    trainer: Trainer
    role: str = TrainerRole.LEAD
    status: str = TrainerStatus.EMPLOYED


def refuse_if_attended(half_day: HalfDay) -> None:
    """Raise `DomainError` (`half_day_attended`) once anyone's attendance is recorded."""
    if half_day.marks.exists():
        raise DomainError(
            "Une présence est déjà enregistrée à cette demi-journée : elle ne se modifie plus. "
            "Vous pouvez l’annuler ou la déplacer, avec un motif.",
            code="half_day_attended",
        )


def refuse_if_countersigned(half_day: HalfDay) -> None:
    """Raise `DomainError` (`half_day_locked`) once a trainer, or the staff, has locked it."""
    if half_day.first_locked_at is not None:
        raise DomainError(
            "Cette demi-journée est close : elle ne peut plus être déplacée ni annulée.",
            code="half_day_locked",
        )


def change_half_day(
    *,
    half_day: HalfDay,
    fields: Sequence[str],
    actor: User | None,
    assigned: Sequence[Assigned] | None = None,
    groups: Iterable[SessionGroup] | None = None,
) -> HalfDay:
    """Write the `fields` of the half-day changed on the object, its trainers and its groups.

    Possible until its own first signature (`half_day_attended`), while it is planned
    (`half_day_not_planned`) and its session is not over (`session_over`). None leaves the
    trainers, or the groups, as they are. People concerned are notified of another time or place.
    """
    with transaction.atomic():
        refuse_if_over(lock(half_day.session))
        locked = lock(half_day)
        if locked.state != HalfDayState.PLANNED:
            raise DomainError(
                "Cette demi-journée n’est plus à venir : elle ne peut plus être modifiée.",
                code="half_day_not_planned",
            )
        refuse_if_attended(locked)
        concerned = people_concerned(locked)
        if fields:
            half_day.save(update_fields=list(fields))
        if WHEN_AND_WHERE & set(fields) and half_day.ends_at > timezone.now():
            write_change(concerned, half_day=locked, target=half_day)
        if groups is not None:
            half_day.groups.set(groups)
        if assigned is not None:
            _assign(half_day, assigned)
        journal.record(
            actor=actor,
            verb="half_day.changed",
            subject=half_day,
            session_id=half_day.session_id,
            details={"fields": sorted(fields), "trainers": assigned is not None},
        )
    return half_day


def cancel_half_day(*, half_day: HalfDay, actor: User | None, reason: str) -> HalfDay:
    """The half-day will not take place, or did not to its end.

    What was signed there stays in the chain, and counts no more. People concerned are notified,
    with the reason, unless its time has passed. Refused once a trainer has countersigned it
    (`half_day_locked`), or without a reason (`reason_required`).
    """
    reason = required_reason(reason)
    with transaction.atomic():
        concerned = people_concerned(half_day)
        cancelled = change_state(
            row=half_day,
            to=HalfDayState.CANCELLED,
            actor=actor,
            verb="half_day.cancelled",
            reason=reason,
            guard=refuse_if_countersigned,
            session_id=half_day.session_id,
        )
        if half_day.ends_at > timezone.now():
            write_change(concerned, half_day=half_day, target=None, reason=reason)
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

    Trainers, groups, people exempted or added: all follow, and are notified of the new time with
    the reason. What was signed at the first stays there, and counts no more: people sign again at
    the new one. Refused as `cancel_half_day`.
    """
    reason = required_reason(reason)
    with transaction.atomic():
        concerned = people_concerned(half_day)
        target = _copy(half_day, starts_at=starts_at, ends_at=ends_at)
        change_state(
            row=half_day,
            to=HalfDayState.MOVED,
            actor=actor,
            verb="half_day.moved",
            stamps={"moved_to": target},
            reason=reason,
            guard=refuse_if_countersigned,
            session_id=half_day.session_id,
        )
        if ends_at > timezone.now():
            write_change(concerned, half_day=half_day, target=target, reason=reason)
    return target


def people_concerned(half_day: HalfDay) -> tuple[list[Enrolment], list[Trainer]]:
    """Who counts on the half-day: the people expected there, and those who train.

    No one while the session is a draft: its dates were given to no one.
    """
    if half_day.session.state == SessionState.DRAFT:
        return [], []
    trainers = Trainer.objects.filter(assignments__half_day=half_day)
    return (
        list(expected_enrolments(half_day=half_day)),
        list(trainers.by_name()),
    )


def write_change(
    concerned: tuple[list[Enrolment], list[Trainer]],
    *,
    half_day: HalfDay,
    target: HalfDay | None,
    reason: str = "",
) -> None:
    """Write to the people of `people_concerned`: the half-day as it was, as it is (`target`, None
    when it will not take place), and why when a reason was given."""
    enrolments, trainers = concerned
    for enrolment in enrolments:
        learner = enrolment.learner
        if learner is None:  # A seat without a name is expected nowhere.
            continue
        write_to_learner(
            mail=mails.half_day_changed(half_day, target=target, to=learner, reason=reason),
            enrolment=enrolment,
        )
    for trainer in trainers:
        outbox.send(
            mail=mails.half_day_changed(half_day, target=target, to=trainer, reason=reason),
            to_email=trainer.email,
            to_name=str(trainer),
            session_id=half_day.session_id,
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


def _assign(half_day: HalfDay, assigned: Sequence[Assigned]) -> None:
    wanted = {item.trainer.pk: item for item in assigned}
    if len(wanted) != len(assigned):
        raise DomainError(
            "La même personne formatrice est indiquée deux fois.", code="trainer_twice"
        )
    half_day.assignments.exclude(trainer__in=wanted).delete()
    for item in wanted.values():
        TrainerAssignment.objects.update_or_create(
            half_day=half_day,
            trainer=item.trainer,
            defaults={"role": item.role, "status": item.status},
        )
