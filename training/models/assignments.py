"""Who trains: a trainer at a half-day."""

from django.db import models

from training.enums import (
    TrainerRole,
    TrainerStatus,
)
from training.models.sessions import HalfDay


class TrainerAssignment(models.Model):
    """A trainer at a half-day, with the status of that day."""

    half_day = models.ForeignKey(
        HalfDay, verbose_name="demi-journée", on_delete=models.CASCADE, related_name="assignments"
    )
    trainer = models.ForeignKey(
        "training.Trainer",
        verbose_name="personne formatrice",
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    role = models.CharField("rôle", max_length=10, choices=TrainerRole, default=TrainerRole.LEAD)
    status = models.CharField(
        "statut ce jour", max_length=15, choices=TrainerStatus, default=TrainerStatus.EMPLOYED
    )

    class Meta:
        verbose_name = "intervention"
        ordering = ["half_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "trainer"],
                name="training_assignment_unique",
                violation_error_message="Cette personne intervient déjà à cette demi-journée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.trainer}, {self.half_day}"
