"""Results that the public reads, each with its formula, its period and its count (indicator 2)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from core.days import day_after, day_start
from core.french import plural
from evaluations.domain.satisfaction import REPRESENTATIVE_ANSWERS
from evaluations.enums import AssessmentMoment, ObjectiveResult, QuestionKind, QuestionnaireKind
from evaluations.models import Answer, Invitation, ObjectiveAssessment
from training.enums import DELIVERED_SESSION_STATES, AgreementKind, EnrolmentState
from training.models import Enrolment, Programme, TrainingSession

STARTED = [EnrolmentState.COMPLETED, EnrolmentState.DROPPED_OUT]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A share, how it is counted, and on how many. `population` is what must be large enough."""

    key: str
    name: str
    formula: str
    count: int
    total: int
    population: int
    unit: str

    @property
    def is_representative(self) -> bool:
        """Whether enough was gathered for the figure to mean something."""
        return self.total > 0 and self.population >= REPRESENTATIVE_ANSWERS

    @property
    def percentage(self) -> int | None:
        """The share, rounded; None while not representative."""
        return round(100 * self.count / self.total) if self.is_representative else None

    @property
    def basis(self) -> str:
        """« 34 sur 36 réponses », or how much is missing."""
        if self.is_representative:
            return f"{self.count} sur {plural(self.total, self.unit)}"
        return (
            f"Pas encore représentatif : {plural(self.population, 'personne')}, "
            f"il en faut au moins {REPRESENTATIVE_ANSWERS}."
        )


@dataclass(frozen=True, kw_only=True)
class Results:
    """Rates of the sessions that ended between two days, both included."""

    start: dt.date
    end: dt.date
    sessions: int
    people: int
    rates: list[Rate]


def published_results(*, on: dt.date, programme: Programme | None = None) -> Results:
    """Rates over the twelve months that end on the day `on`, for a programme or for all.

    Enrolments sold to another training organisation are left out: its own results count them.
    Five queries, whatever the number of sessions.
    """
    start = _a_year_before(on)
    sessions = TrainingSession.objects.filter(
        state__in=DELIVERED_SESSION_STATES,
        completed_at__gte=day_start(start),
        completed_at__lt=day_after(on),
    )
    if programme is not None:
        sessions = sessions.filter(programme_version__programme=programme)
    enrolments = Enrolment.objects.filter(session__in=sessions).exclude(
        agreement__kind=AgreementKind.SUBCONTRACT
    )
    people = enrolments.aggregate(
        started=Count("pk", filter=Q(state__in=STARTED)),
        finished=Count("pk", filter=Q(state=EnrolmentState.COMPLETED)),
        sessions=Count("session", filter=Q(state__in=STARTED), distinct=True),
    )
    return Results(
        start=start,
        end=on,
        sessions=people["sessions"],
        people=people["started"],
        rates=[
            *_satisfaction(enrolments),
            _objectives(enrolments),
            Rate(
                key="dropout",
                name="Abandon",
                formula="Personnes parties avant la fin ÷ personnes ayant commencé.",
                count=people["started"] - people["finished"],
                total=people["started"],
                population=people["started"],
                unit="personne",
            ),
        ],
    )


def _satisfaction(enrolments: QuerySet[Enrolment]) -> list[Rate]:
    asked = Invitation.objects.filter(
        enrolment__in=enrolments, questionnaire__kind=QuestionnaireKind.SATISFACTION
    ).aggregate(sent=Count("pk"), answered=Count("response"))
    scores = Answer.objects.filter(
        response__invitation__enrolment__in=enrolments,
        response__invitation__questionnaire__kind=QuestionnaireKind.SATISFACTION,
        question__kind=QuestionKind.SCALE,
    ).aggregate(given=Count("pk"), good=Count("pk", filter=Q(number__gte=3)))
    return [
        Rate(
            key="satisfaction",
            name="Satisfaction",
            formula="Notes de 3 ou 4 sur 4 ÷ notes données au questionnaire de fin, toutes "
            "questions notées de 1 à 4.",
            count=scores["good"],
            total=scores["given"],
            population=asked["answered"],
            unit="note",
        ),
        Rate(
            key="return",
            name="Réponse au questionnaire",
            formula="Questionnaires remplis ÷ questionnaires envoyés.",
            count=asked["answered"],
            total=asked["sent"],
            population=asked["sent"],
            unit="questionnaire",
        ),
    ]


def _objectives(enrolments: QuerySet[Enrolment]) -> Rate:
    found = (
        ObjectiveAssessment.objects.filter(enrolment__in=enrolments, moment=AssessmentMoment.END)
        .exclude(result=ObjectiveResult.NOT_ASSESSED)
        .aggregate(
            assessed=Count("pk"),
            reached=Count("pk", filter=Q(result=ObjectiveResult.REACHED)),
            people=Count("enrolment", distinct=True),
        )
    )
    return Rate(
        key="objectives",
        name="Objectifs atteints",
        formula="Objectifs évalués comme atteints à la fin par la personne formatrice ÷ objectifs "
        "évalués.",
        count=found["reached"],
        total=found["assessed"],
        population=found["people"],
        unit="objectif",
    )


def _a_year_before(day: dt.date) -> dt.date:
    """The day after the same day of the year before: twelve months, both ends included."""
    try:
        return day.replace(year=day.year - 1) + dt.timedelta(days=1)
    except ValueError:  # a 29 February
        return dt.date(day.year - 1, 3, 1)
