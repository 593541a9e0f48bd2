"""Closed lists of questionnaires and assessments."""

from django.db import models


class QuestionnaireKind(models.TextChoices):
    """Moment and audience of a questionnaire."""

    SATISFACTION = "satisfaction", "Satisfaction, à chaud"
    POSITIONING = "positioning", "Besoins et positionnement"
    FOLLOW_UP = "follow_up", "Suivi, à froid"


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SCALE = "scale", "De 1 à 4"
    RECOMMENDATION = "recommendation", "De 0 à 10"
    TEXT = "text", "Texte libre"


class ResponseSource(models.TextChoices):
    """How the answers reached us."""

    ONLINE = "online", "En ligne"
    PAPER = "paper", "Papier"
    TELEPHONE = "telephone", "Téléphone"


class ObjectiveResult(models.TextChoices):
    """Result of one learner on one objective (indicator 11)."""

    REACHED = "reached", "Atteint"
    PARTLY = "partly", "Partiellement atteint"
    NOT_REACHED = "not_reached", "Non atteint"
    NOT_ASSESSED = "not_assessed", "Non évalué"


class AssessmentMoment(models.TextChoices):
    """When an objective was assessed."""

    START = "start", "Au début"
    DURING = "during", "En cours"
    END = "end", "À la fin"
