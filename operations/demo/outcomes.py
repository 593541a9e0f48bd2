"""What a past session of the demonstration leaves behind: signatures, results, opinions."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from core.models import Job
from evaluations.domain import assessments, questionnaires
from evaluations.enums import ObjectiveResult, QuestionKind
from evaluations.models import Answer, Invitation
from training.domain import agreements
from training.models import Trainer, TrainingSession

#: Days between the signature of an agreement and the first half-day.
SIGNED_BEFORE = 12
#: What people liked, or would change; the others leave the field empty.
REMARKS = (
    "Les échanges entre structures m’ont donné des idées concrètes.",
    "Très bon accueil. Une demi-journée de plus sur les cas pratiques serait utile.",
)


def sign_agreements(session: TrainingSession, *, actor: User, unsigned: int = 0) -> None:
    """Every agreement was sent, then signed before the first day, but the last `unsigned`."""
    first = session.half_days.order_by("starts_at").first()
    if first is None:
        return
    signed_on = timezone.localdate(first.starts_at) - dt.timedelta(days=SIGNED_BEFORE)
    sold = list(session.agreements.order_by("pk"))
    for agreement in sold[: len(sold) - unsigned]:
        agreements.mark_sent(agreement=agreement, actor=actor)
        agreements.mark_signed(
            agreement=agreement, signed_on=signed_on, at_distance=False, actor=actor
        )


def assess(session: TrainingSession, *, trainer: Trainer, actor: User) -> None:
    """One result per objective for everybody who attended; one in five is reached in part."""
    grid = assessments.assessment_grid(session=session)
    results = {
        (row.enrolment.pk, objective["id"]): (
            ObjectiveResult.PARTLY if (rank + place) % 5 == 4 else ObjectiveResult.REACHED
        )
        for rank, row in enumerate(grid.rows)
        if row.attended
        for place, objective in enumerate(grid.objectives)
    }
    assessments.record_assessments(session=session, results=results, trainer=trainer, actor=actor)


def answer(session: TrainingSession, *, actor: User, silent: int = 0) -> None:
    """Those who attended are asked for their opinion, and answer, but the last `silent`."""
    for job in Job.objects.filter(kind=questionnaires.INVITE_KIND, subject_id=str(session.pk)):
        questionnaires.run_invitations(job.pk)
    questionnaires.invite_to_questionnaire(session=session, actor=actor)
    invitations = list(
        Invitation.objects.filter(enrolment__session=session)
        .select_related("questionnaire")
        .order_by("pk")
    )
    for rank, invitation in enumerate(invitations[: len(invitations) - silent]):
        if Answer.objects.filter(response__invitation=invitation).exists():
            continue
        questionnaires.submit_response(invitation=invitation, answers=_opinion(invitation, rank))


def _opinion(invitation: Invitation, rank: int) -> dict[int, int | str]:
    answers: dict[int, int | str] = {}
    for question in invitation.questionnaire.questions.order_by("position"):
        if question.kind == QuestionKind.SCALE:
            answers[question.pk] = 3 if (rank + question.position) % 4 == 0 else 4
        elif question.kind == QuestionKind.RECOMMENDATION:
            answers[question.pk] = 8 + rank % 3
        elif rank < len(REMARKS):
            answers[question.pk] = REMARKS[rank]
    return answers
