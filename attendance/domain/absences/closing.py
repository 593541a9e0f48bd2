"""How a follow-up ends: excused or not, or the person has left."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain.absences.moves import move
from attendance.enums import AbsenceDocumentState, FollowUpOutcome, FollowUpState
from attendance.models import AbsenceFollowUp
from core.domain.transitions import required_reason
from core.exceptions import DomainError
from training.domain.enrolments import lifecycle as enrolment_lifecycle
from training.enums import EnrolmentState

#: What a person may choose; the two others follow from facts.
CHOICES = (FollowUpOutcome.EXCUSED, FollowUpOutcome.UNEXCUSED)


def close(*, follow_up: AbsenceFollowUp, outcome: str, actor: User | None) -> AbsenceFollowUp:
    """Close with an outcome; sheets issued from then on print « absence excusée » or « absence ».

    Raises `DomainError`: `bad_outcome`, `document_to_check`, `ground_required` (what is excused
    has a reason, which is never printed).
    """
    if outcome not in CHOICES:
        raise DomainError("Choisissez une issue dans la liste.", code="bad_outcome")

    def guard(locked: AbsenceFollowUp) -> None:
        _refuse_unchecked(locked)
        if outcome == FollowUpOutcome.EXCUSED and locked.ground_id is None:
            raise DomainError(
                "Choisissez d’abord le motif : une absence excusée en a un, qui n’est jamais "
                "imprimé.",
                code="ground_required",
            )

    return _close(follow_up, outcome, actor, guard)


def close_as_drop_out(
    *, follow_up: AbsenceFollowUp, on: dt.date, reason: str, actor: User | None
) -> AbsenceFollowUp:
    """The person has left: the enrolment ends on that day and the follow-up closes, both or none.

    Only half-days before the day remain due, and those signed that very day. Raises
    `DomainError`: `reason_required`, `time_in_future`, `document_to_check`, and
    `TransitionRefused` when the enrolment is not confirmed.
    """
    if on > timezone.localdate():
        raise DomainError("Cette date est dans le futur.", code="time_in_future")
    with transaction.atomic():
        enrolment_lifecycle.end(
            enrolment=follow_up.enrolment,
            to=EnrolmentState.DROPPED_OUT,
            actor=actor,
            reason=reason,
            on=on,
        )
        return _close(follow_up, FollowUpOutcome.DROPPED_OUT, actor, _refuse_unchecked)


def reopen(*, follow_up: AbsenceFollowUp, reason: str, actor: User | None) -> AbsenceFollowUp:
    """Take up a closed follow-up again, with a reason.

    Raises `DomainError`: `reason_required`, `another_open`.
    """
    reason = required_reason(reason)

    def guard(locked: AbsenceFollowUp) -> None:
        others = AbsenceFollowUp.objects.filter(enrolment=locked.enrolment_id)
        if others.exclude(state=FollowUpState.CLOSED).exists():
            raise DomainError(
                "Un autre suivi est ouvert pour cette personne : poursuivez-le.",
                code="another_open",
            )

    return move(
        follow_up=follow_up,
        to=FollowUpState.OPEN,
        verb="absence.reopened",
        actor=actor,
        stamps={"outcome": "", "closed_at": None, "closed_by": None},
        reason=reason,
        guard=guard,
    )


def _close(
    follow_up: AbsenceFollowUp,
    outcome: str,
    actor: User | None,
    guard: Callable[[AbsenceFollowUp], None],
) -> AbsenceFollowUp:
    return move(
        follow_up=follow_up,
        to=FollowUpState.CLOSED,
        verb="absence.closed",
        actor=actor,
        stamps={"outcome": outcome, "closed_at": timezone.now(), "closed_by": actor},
        guard=guard,
    )


def _refuse_unchecked(follow_up: AbsenceFollowUp) -> None:
    if follow_up.documents.filter(state=AbsenceDocumentState.RECEIVED).exists():
        raise DomainError(
            "Un justificatif attend d’être vérifié : acceptez-le ou refusez-le d’abord.",
            code="document_to_check",
        )
