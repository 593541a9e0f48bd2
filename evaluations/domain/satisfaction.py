"""Figures of satisfaction, each with its formula (indicators 2 and 30 of the référentiel)."""

from dataclasses import dataclass

from django.db.models import Count, Q

from core.french import plural
from evaluations.enums import QuestionKind, QuestionnaireKind
from evaluations.models import Answer, Invitation
from training.models import TrainingSession

#: Under this number of answers a rate says too little, and too much about each person.
REPRESENTATIVE_ANSWERS = 5


@dataclass(frozen=True, kw_only=True)
class SatisfactionSummary:
    """Figures of a session's satisfaction questionnaire (indicators 2 and 30)."""

    sent: int
    answered: int
    scores: int
    good_scores: int

    @property
    def is_representative(self) -> bool:
        """Whether enough people answered to show the scores."""
        return self.answered >= REPRESENTATIVE_ANSWERS

    @property
    def return_rate(self) -> int | None:
        """Percentage of the questionnaires sent that came back; None when none was sent."""
        return round(100 * self.answered / self.sent) if self.sent else None

    @property
    def satisfaction_rate(self) -> int | None:
        """Percentage of scores of 3 or 4 out of 4; None while not representative."""
        if not self.is_representative or not self.scores:
            return None
        return round(100 * self.good_scores / self.scores)

    @property
    def formula(self) -> str:
        """How the rates are computed, to be shown beside them."""
        if self.satisfaction_rate is None:
            return (
                f"Pas encore représentatif : {plural(self.answered, 'réponse')}, "
                f"il en faut au moins {REPRESENTATIVE_ANSWERS}."
            )
        return (
            f"Notes de 3 ou 4 sur 4 ({self.good_scores}) ÷ notes données ({self.scores}), "
            f"toutes questions notées de 1 à 4, {self.answered} réponses sur {self.sent} "
            "questionnaires envoyés."
        )


def satisfaction_summary(*, session: TrainingSession) -> SatisfactionSummary:
    """Return rate and satisfaction of a session; one query each."""
    invitations = Invitation.objects.filter(
        enrolment__session=session, questionnaire__kind=QuestionnaireKind.SATISFACTION
    ).aggregate(sent=Count("pk"), answered=Count("response"))
    scores = Answer.objects.filter(
        response__invitation__enrolment__session=session,
        response__invitation__questionnaire__kind=QuestionnaireKind.SATISFACTION,
        question__kind=QuestionKind.SCALE,
    ).aggregate(scores=Count("pk"), good_scores=Count("pk", filter=Q(number__gte=3)))
    return SatisfactionSummary(**invitations, **scores)
