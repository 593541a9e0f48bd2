"""Half-days taken on a device where there is no network, and what comes back from it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.enums import OfflineKind, OfflineOutcome

#: What came back and left no event: nothing is recorded of it, or it stands elsewhere.
WITHOUT_EVENT = [OfflineOutcome.REFUSED, OfflineOutcome.UNDONE, OfflineOutcome.NOTED]


class OfflineTicket(models.Model):
    """The right of one device to bring back what was done at one half-day, until a date.

    The signed text that the device holds names this row; revoking the row is enough. `device` is a
    number that the browser made for itself: prepared again there, the ticket is renewed, so that
    one device is one row and its ranks go on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    half_day = models.ForeignKey(
        "training.HalfDay", on_delete=models.PROTECT, related_name="offline_tickets"
    )
    trainer = models.ForeignKey("training.Trainer", on_delete=models.PROTECT, related_name="+")
    issued_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    device = models.UUIDField("appareil", null=True, blank=True)
    issued_at = models.DateTimeField("préparé le")
    renewed_at = models.DateTimeField("renouvelé le", null=True, blank=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        verbose_name = "préparation hors ligne"
        verbose_name_plural = "préparations hors ligne"
        ordering = ["-issued_at", "pk"]

    def __str__(self) -> str:
        return f"{self.half_day}, {self.trainer}"

    @property
    def is_live(self) -> bool:
        """Whether the device may still send."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class OfflineItem(models.Model):
    """One indication of a device's queue, as it arrived; written once, whatever came of it.

    `payload` keeps what no event keeps (what was refused), so that nothing is lost; it is empty
    once an event has it, and erased with the details of attendance.
    """

    key = models.UUIDField(primary_key=True, editable=False)
    ticket = models.ForeignKey(OfflineTicket, on_delete=models.PROTECT, related_name="items")
    sequence = models.PositiveIntegerField("rang dans la file")
    kind = models.CharField("nature", max_length=10, choices=OfflineKind)
    enrolment = models.ForeignKey(
        "training.Enrolment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField("empreinte de l’envoi", max_length=64)
    device_time = models.DateTimeField("heure de l’appareil")
    happened_at = models.DateTimeField("heure corrigée")
    drift_seconds = models.IntegerField("décalage de l’horloge, en secondes")
    received_at = models.DateTimeField("reçu le")
    outcome = models.CharField("suite", max_length=12, choices=OfflineOutcome)
    event = models.OneToOneField(
        "attendance.AttendanceEvent",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offline_item",
    )
    message = models.CharField("explication", max_length=500, blank=True)
    payload = models.JSONField(default=dict, blank=True)
    settled_at = models.DateTimeField("tranché le", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "envoi hors ligne"
        verbose_name_plural = "envois hors ligne"
        ordering = ["ticket", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "sequence"], name="attendance_offline_item_rank_unique"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=WITHOUT_EVENT, event__isnull=True)
                | (~Q(outcome__in=WITHOUT_EVENT) & Q(event__isnull=False)),
                name="attendance_offline_item_event",
                violation_error_message="Ce qui est repris a un événement ; le reste n’en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} n° {self.sequence}"

    @property
    def undone_words(self) -> str:
        """What was taken back, in words (« signature »); empty for what was not."""
        of = self.payload.get("of", "")
        return OfflineKind(of).label.lower() if of in OfflineKind.values else ""

    @property
    def to_settle(self) -> bool:
        """Whether staff still have to say what is right."""
        return self.settled_at is None and self.outcome in {
            OfflineOutcome.CONFLICT,
            OfflineOutcome.REFUSED,
        }
