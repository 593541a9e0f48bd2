"""What others need to know of follow-ups: the outcome that a sheet prints, who is followed."""

from attendance.enums import FollowUpState
from attendance.models import FollowedAbsence
from training.models import HalfDay, TrainingSession


def outcomes_of(*, session: TrainingSession) -> dict[tuple[int, int], str]:
    """By (half-day, enrolment): how the absence ended; what is still followed is not there."""
    rows = (
        FollowedAbsence.objects.filter(
            half_day__session=session, follow_up__state=FollowUpState.CLOSED
        )
        .order_by("pk")
        .values_list("half_day_id", "enrolment_id", "follow_up__outcome")
    )
    return {(half_day, enrolment): outcome for half_day, enrolment, outcome in rows}


def followed_at(*, half_day: HalfDay) -> set[int]:
    """The enrolments whose absence at the half-day the office is following."""
    return set(
        FollowedAbsence.objects.filter(half_day=half_day)
        .exclude(follow_up__state=FollowUpState.CLOSED)
        .order_by("pk")
        .values_list("enrolment_id", flat=True)
    )
