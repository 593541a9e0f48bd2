"""What a learner was shown of a day, and their dispute of it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.enums import DISPUTE_TRANSITIONS, DisputeState


class AttendanceReceipt(models.Model):
    """What a learner was sent of what is recorded of one of their days.

    `events`: ids of the events that were recorded then, by half-day id. A later change is sent
    by another receipt.
    """

    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="attendance_receipts"
    )
    day = models.DateField("jour")
    events = models.JSONField("événements", default=dict)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)
    disputable_until = models.DateTimeField("contestable jusqu’au")
    message = models.ForeignKey(
        "core.Message", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "récapitulatif d’émargement"
        verbose_name_plural = "récapitulatifs d’émargement"
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["enrolment", "day"], name="attendance_receipt_day")]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.day:%d/%m/%Y}"

    @property
    def zone(self) -> dt.tzinfo:
        """The clock of the place of its session: the hours of the day are read there."""
        return self.enrolment.session.zone


class AttendanceDispute(models.Model):
    """A learner says that what is recorded of their day is not exact."""

    transitions = DISPUTE_TRANSITIONS

    receipt = models.OneToOneField(
        AttendanceReceipt, on_delete=models.PROTECT, related_name="dispute"
    )
    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="attendance_disputes"
    )
    comment = models.CharField("ce que dit la personne", max_length=1000, blank=True)
    opened_at = models.DateTimeField("reçue le", default=timezone.now)
    state = models.CharField(
        "état", max_length=10, choices=DisputeState, default=DisputeState.OPEN, editable=False
    )
    conclusion = models.CharField("conclusion", max_length=1000, blank=True)
    closed_at = models.DateTimeField("traitée le", null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "contestation d’émargement"
        verbose_name_plural = "contestations d’émargement"
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=DisputeState.CLOSED, closed_at__isnull=False)
                | (Q(state=DisputeState.OPEN) & Q(closed_at__isnull=True)),
                name="attendance_dispute_closed_has_date",
                violation_error_message="Une contestation traitée porte sa date.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.receipt.day:%d/%m/%Y}"
