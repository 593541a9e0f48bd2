"""Distance learning without an appointment: activities of a programme, and who did them."""

from django.db import models
from django.db.models import Q

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
