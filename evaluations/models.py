"""Questionnaires, their answers, and the assessment of objectives."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models.announced import AnnouncedQuerySet
from evaluations.enums import (
    AssessmentMoment,
    ObjectiveResult,
    QuestionKind,
    QuestionnaireKind,
    ResponseSource,
)


class Questionnaire(models.Model):
    """A set of questions, versioned by its title and date."""

    kind = models.CharField("moment", max_length=15, choices=QuestionnaireKind)
    title = models.CharField("titre", max_length=150)
    introduction = models.TextField("introduction", blank=True)
    is_active = models.BooleanField("en service", default=True)

    class Meta:
        verbose_name = "questionnaire"
        ordering = ["kind", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(is_active=True),
                name="evaluations_questionnaire_one_active",
                violation_error_message="Un questionnaire de ce moment est déjà en service.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="questions"
    )
    position = models.PositiveSmallIntegerField("ordre")
    text = models.CharField("question", max_length=255)
    kind = models.CharField("réponse", max_length=15, choices=QuestionKind)
    required = models.BooleanField("obligatoire", default=True)

    class Meta:
        verbose_name = "question"
        ordering = ["questionnaire", "position", "pk"]

    def __str__(self) -> str:
        return self.text


class Invitation(models.Model):
    """A personal link to a questionnaire; only the hash of its secret is stored."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="invitations"
    )
    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="invitations"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("créée le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au")

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation à répondre"
        verbose_name_plural = "invitations à répondre"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "enrolment"], name="evaluations_invitation_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire}, {self.enrolment}"


class Response(models.Model):
    """The answers of one invitation; given once."""

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="response")
    source = models.CharField(
        "reçue", max_length=10, choices=ResponseSource, default=ResponseSource.ONLINE
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("donnée le", default=timezone.now)

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse"
        ordering = ["-submitted_at", "pk"]

    def __str__(self) -> str:
        return f"Réponse du {self.submitted_at:%d/%m/%Y}"


class Answer(models.Model):
    """The answer to one question: a number or a text."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, max_length=2000)

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à une question"
        verbose_name_plural = "réponses aux questions"
        ordering = ["question", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question"], name="evaluations_answer_unique"
            )
        ]

    def __str__(self) -> str:
        return self.text or str(self.number)


class ObjectiveAssessment(models.Model):
    """Result of one learner on one objective at one moment (indicator 11)."""

    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="assessments"
    )
    objective_id = models.CharField("objectif", max_length=40)
    moment = models.CharField(
        "moment", max_length=10, choices=AssessmentMoment, default=AssessmentMoment.END
    )
    result = models.CharField("résultat", max_length=12, choices=ObjectiveResult)
    comment = models.CharField("remarque", max_length=500, blank=True)
    assessed_by = models.ForeignKey(
        "training.Trainer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    assessed_at = models.DateTimeField("évalué le", default=timezone.now)

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation d’un objectif"
        verbose_name_plural = "évaluations des objectifs"
        ordering = ["enrolment", "objective_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "objective_id", "moment"], name="evaluations_assessment_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.objective_id} : {self.get_result_display()}"
