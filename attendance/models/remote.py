"""Work at a distance that was done, and what shows it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from training.enums import EvidenceKind
from training.models.remote import RemoteActivity


class RemoteActivityDone(models.Model):
    """What one person did of one activity, and what shows it.

    Minutes are those estimated by the programme, counted once a person has validated the evidence;
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
                name="attendance_remote_once",
                violation_error_message="Cette activité est déjà notée pour cette personne.",
            ),
            models.CheckConstraint(
                condition=Q(validated_at__isnull=True, validated_by__isnull=True)
                | (Q(validated_at__isnull=False, validated_by__isnull=False) & ~Q(evidence="")),
                name="attendance_remote_validated_has_evidence",
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
