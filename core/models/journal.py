"""The journal: who did what, when, to what."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models.append_only import AppendOnlyModel


class JournalEntry(AppendOnlyModel):
    """Who did what, when, to what. Free text and values stand in `JournalEntryDetails`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField("le", default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField("action", max_length=60)
    object_type = models.CharField("objet", max_length=60)
    object_id = models.CharField("identifiant", max_length=40)
    session = models.ForeignKey(
        "training.TrainingSession",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="journal",
    )
    from_state = models.CharField("de", max_length=20, blank=True)
    to_state = models.CharField("à", max_length=20, blank=True)
    details_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="core_journal_object"),
            models.Index(fields=["at", "id"], name="core_journal_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} ({self.object_type} {self.object_id})"


class JournalEntryDetails(models.Model):
    """What of a journal line may be erased one day: reason and values."""

    entry = models.OneToOneField(
        JournalEntry, primary_key=True, on_delete=models.PROTECT, related_name="details"
    )
    salt = models.CharField(max_length=64)
    data = models.JSONField()

    class Meta:
        verbose_name = "détail du journal"
        verbose_name_plural = "détails du journal"

    def __str__(self) -> str:
        return f"Détail de {self.entry_id}"
