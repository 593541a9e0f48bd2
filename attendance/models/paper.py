"""Sheets signed on paper: the scan that proves what was entered from it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class PaperScan(models.Model):
    """The scan of a day's paper sheet, in the private storage, by `attendance.domain.paper`.

    Events entered from it carry its SHA-256 for ever, even once retention has erased the file.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(
        "training.TrainingSession", on_delete=models.PROTECT, related_name="paper_scans"
    )
    day = models.DateField("jour")
    key = models.CharField("clé du stockage privé", max_length=255, blank=True)
    sha256 = models.CharField("empreinte", max_length=64)
    media_type = models.CharField("type", max_length=40)
    size = models.PositiveIntegerField("taille en octets")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("déposée le", default=timezone.now)
    entered_at = models.DateTimeField("saisie le", null=True, blank=True)
    erased_at = models.DateTimeField("effacée le", null=True, blank=True)

    class Meta:
        verbose_name = "feuille de papier numérisée"
        verbose_name_plural = "feuilles de papier numérisées"
        ordering = ["-uploaded_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["session", "day", "sha256"],
                name="attendance_scan_once_per_day",
                violation_error_message="Cette feuille est déjà déposée.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(key=""),
                name="attendance_scan_erased_has_no_file",
                violation_error_message="Une feuille effacée n’a plus de fichier.",
            ),
        ]

    def __str__(self) -> str:
        return f"Feuille de papier du {self.day:%d/%m/%Y}"
