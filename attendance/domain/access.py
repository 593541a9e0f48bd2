"""Which absences a person outside the staff may see: what is not theirs does not exist."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from attendance.enums import FollowUpState
from attendance.models import AbsenceFollowUp

if TYPE_CHECKING:
    from uuid import UUID
from training.domain.access import AnyUser


def absences_of_learner(user: AnyUser) -> QuerySet[AbsenceFollowUp]:
    """The user's own absences for which a document was once asked, the newest first."""
    if not user.is_authenticated:
        return AbsenceFollowUp.objects.none()
    return (
        AbsenceFollowUp.objects.filter(enrolment__learner__user_id=user.pk, asked_at__isnull=False)
        .select_related("enrolment__session__programme_version", "enrolment__learner")
        .order_by("-opened_at", "-pk")
    )


def absence_for_learner(user: AnyUser, uuid: "UUID") -> AbsenceFollowUp:
    """One of them. Raises Http404."""
    follow_up = absences_of_learner(user).filter(uuid=uuid).first()
    if follow_up is None:
        raise Http404
    return follow_up


def absences_to_show_for(user: AnyUser) -> QuerySet[AbsenceFollowUp]:
    """Those for which the user may deposit a document today."""
    return absences_of_learner(user).filter(
        state=FollowUpState.AWAITED, due_on__gte=timezone.localdate()
    )
