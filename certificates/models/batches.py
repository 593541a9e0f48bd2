"""Documents issued together: for a session, a month, a company."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from certificates.enums import BatchOutput


class DocumentBatch(models.Model):
    """What was asked for at once, how it ended, and the file that gathers it for some days."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(
        "training.TrainingSession",
        verbose_name="session",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    #: First day of the month in which the sessions ended.
    month = models.DateField("mois", null=True, blank=True)
    company = models.ForeignKey(
        "training.Company",
        verbose_name="entreprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    output = models.CharField("fichier", max_length=4, choices=BatchOutput)
    writes_to_companies = models.BooleanField("écrire aux entreprises", default=False)
    job = models.ForeignKey(
        "core.Job", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="demandé par",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    requested_at = models.DateTimeField("demandé le", default=timezone.now, editable=False)
    finished_at = models.DateTimeField("fini le", null=True, editable=False)
    #: Documents in force in the end, and companies written to.
    gathered = models.PositiveIntegerField(default=0, editable=False)
    companies_written = models.PositiveIntegerField(default=0, editable=False)
    #: [what, why] of each document or mail that could not be made.
    failures = models.JSONField(default=list, editable=False)
    key = models.CharField(max_length=255, blank=True, editable=False)
    name = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    expires_at = models.DateTimeField("effacé le", null=True, editable=False)

    class Meta:
        verbose_name = "émission groupée"
        verbose_name_plural = "émissions groupées"
        ordering = ["-requested_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(key="") | Q(expires_at__isnull=False),
                name="certificates_batch_file_expires",
                violation_error_message="Un fichier groupé a une date d’effacement.",
            ),
            models.CheckConstraint(
                condition=Q(session__isnull=False)
                | Q(month__isnull=False)
                | Q(company__isnull=False),
                name="certificates_batch_has_scope",
                violation_error_message="Choisissez une session, un mois ou une entreprise.",
            ),
        ]

    def __str__(self) -> str:
        return f"Émission groupée du {self.requested_at:%d/%m/%Y}"
