"""Which questionnaires a person outside the staff may answer: what is not theirs does not exist."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from evaluations.models import Invitation

if TYPE_CHECKING:
    pass
from training.domain.access import AnyUser


def invitations_of_learner(user: AnyUser) -> QuerySet[Invitation]:
    """The questionnaires that the user may still answer, the most urgent first."""
    if not user.is_authenticated:
        return Invitation.objects.none()
    return (
        Invitation.objects.filter(
            enrolment__learner__user_id=user.pk,
            response__isnull=True,
            expires_at__gt=timezone.now(),
        )
        .select_related("questionnaire", "enrolment__session__programme_version")
        .order_by("expires_at", "pk")
    )


def invitation_for_learner(user: AnyUser, pk: int) -> Invitation:
    """One questionnaire that the user may still answer. Raises Http404."""
    invitation = invitations_of_learner(user).filter(pk=pk).first()
    if invitation is None:
        raise Http404
    return invitation
