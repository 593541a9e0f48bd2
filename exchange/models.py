"""Imports: the file received, and the trace of what it wrote."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from exchange.enums import IMPORT_TRANSITIONS, ImportState


class ImportBatch(models.Model):
    """A register deposited by the office, checked, then written whole or not at all."""

    transitions = IMPORT_TRANSITIONS

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("nature", max_length=30, default="learners")
    name = models.CharField("fichier", max_length=255)
    key = models.CharField("clé du stockage privé", max_length=255)
    sha256 = models.CharField("empreinte", max_length=64)
    session = models.ForeignKey(
        "training.TrainingSession",
        verbose_name="session",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="imports",
        help_text="Seulement pour un fichier sans colonne « Session ».",
    )
    state = models.CharField(
        "état", max_length=12, choices=ImportState, default=ImportState.UPLOADED, editable=False
    )
    totals = models.JSONField("totaux", default=dict, blank=True)
    report = models.JSONField("compte rendu", default=dict, blank=True)
    written = models.JSONField(
        "ce qui a été écrit", default=dict, blank=True, help_text="De quoi annuler l’import."
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("déposé le", default=timezone.now)
    committed_at = models.DateTimeField("importé le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "import"
        ordering = ["-created_at", "-pk"]
        permissions = [("commit_importbatch", "Peut importer un registre")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[ImportState.COMMITTED, ImportState.UNDONE])
                | Q(committed_at__isnull=False),
                name="exchange_import_committed_has_date",
                violation_error_message="Un import écrit porte sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.UNDONE) | Q(undone_at__isnull=False),
                name="exchange_import_undone_has_date",
                violation_error_message="Un import annulé porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportedRow(models.Model):
    """What an import wrote: the trace stands here, so that what was written knows nothing of it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    enrolment = models.OneToOneField(
        "training.Enrolment",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="imported_row",
    )
    remote_work = models.OneToOneField(
        "attendance.RemoteActivityDone",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="imported_row",
    )

    class Meta:
        verbose_name = "ligne écrite par un import"
        verbose_name_plural = "lignes écrites par les imports"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, remote_work__isnull=True)
                | Q(enrolment__isnull=True, remote_work__isnull=False),
                name="exchange_imported_row_is_one_thing",
                violation_error_message="Une ligne d’import écrit une chose à la fois.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch} : {self.enrolment or self.remote_work}"
