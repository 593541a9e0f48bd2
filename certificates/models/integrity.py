"""Integrity checks of the stored files: when, by whom, what they found."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class IntegrityCheck(models.Model):
    """Every stored file, chain and root read again. What differs is named, nothing is repaired."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
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
    files_read = models.PositiveIntegerField("fichiers relus", default=0, editable=False)
    found = models.PositiveIntegerField("écarts", default=0, editable=False)
    chains_read = models.PositiveIntegerField("chaînes relues", default=0, editable=False)
    #: What chains and published roots do not agree with, in French: the first sentences only.
    evidence_faults = models.JSONField(default=list, editable=False)
    #: [id of the document, what differs], the first ones only.
    differences = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = "contrôle d’intégrité"
        verbose_name_plural = "contrôles d’intégrité"
        ordering = ["-requested_at", "-pk"]
        default_permissions = ()
        permissions = [("run_integritycheck", "Peut contrôler l’intégrité des documents")]

    def __str__(self) -> str:
        return f"Contrôle d’intégrité du {timezone.localtime(self.requested_at):%d/%m/%Y à %H:%M}"
