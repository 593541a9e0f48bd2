"""Distance learning without an appointment: activities of a programme, and who did them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from training.enums import EvidenceKind


class RemoteActivity(models.Model):
    """An activity that a version of a programme asks people to do at a distance, in their own time.

    Announced with its estimated duration before anybody enrols (D6313-3-1). Immutable, as its
    version: `domain.programmes.publish_version` writes it.
    """

    version = models.ForeignKey(
        "training.ProgrammeVersion", on_delete=models.PROTECT, related_name="remote_activities"
    )
    position = models.PositiveSmallIntegerField("rang")
    #: Stays when the wording changes: what a platform's log and other versions call it.
    stable_id = models.CharField("identifiant", max_length=40)
    title = models.CharField("intitulé", max_length=200)
    estimated_minutes = models.PositiveSmallIntegerField("minutes estimées")
    evidence = models.CharField("trace attendue", max_length=10, choices=EvidenceKind)

    class Meta:
        verbose_name = "activité à distance"
        verbose_name_plural = "activités à distance"
        ordering = ["version", "position"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["version", "stable_id"], name="training_activity_once_per_version"
            ),
            models.CheckConstraint(
                condition=Q(estimated_minutes__range=(1, 6000)),
                name="training_activity_minutes_plausible",
                violation_error_message="La durée estimée va de 1 minute à 100 heures.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RemoteActivityDone(models.Model):
    """What one person did of one activity, and what shows it.

    Minutes are those estimated by the programme, counted once somebody has validated the evidence;
    the time that a platform measures is never kept (R6313-3; arrêté du 21 décembre 2018).
    """

    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="remote_work"
    )
    activity = models.ForeignKey(RemoteActivity, on_delete=models.PROTECT, related_name="done")
    minutes = models.PositiveSmallIntegerField("minutes estimées")
    done_on = models.DateField("faite le")
    evidence = models.CharField("trace", max_length=10, choices=EvidenceKind, blank=True)
    reference = models.CharField(
        "référence",
        max_length=255,
        blank=True,
        help_text="Résultat du questionnaire, titre du travail rendu, date de l’échange.",
    )
    imported_in = models.ForeignKey(
        "training.ImportBatch",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="remote_work",
    )
    recorded_at = models.DateTimeField("notée le", default=timezone.now)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    validated_at = models.DateTimeField("validée le", null=True, blank=True)

    class Meta:
        verbose_name = "activité à distance faite"
        verbose_name_plural = "activités à distance faites"
        ordering = ["enrolment", "activity__position"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity"],
                name="training_remote_once",
                violation_error_message="Cette activité est déjà notée pour cette personne.",
            ),
            models.CheckConstraint(
                condition=Q(validated_at__isnull=True, validated_by__isnull=True)
                | (Q(validated_at__isnull=False, validated_by__isnull=False) & ~Q(evidence="")),
                name="training_remote_validated_has_evidence",
                violation_error_message="Seule une activité dont on a la trace se valide, "
                "par quelqu’un.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}, {self.enrolment}"

    @property
    def is_insufficient(self) -> bool:
        """Ticked as complete without any returned work (indicator 19)."""
        return not self.evidence
