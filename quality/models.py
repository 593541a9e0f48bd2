"""Audit packs: what was asked, what was made of it, until when it can be fetched."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from quality.enums import PackState
from training.models import Job


class AuditPack(models.Model):
    """One export of evidence. `filters` is the dict of `Selection.as_filters`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    filters = models.JSONField("choix")
    scope = models.CharField("contenu", max_length=500)
    referential = models.CharField("référentiel", max_length=20)
    state = models.CharField(
        "état", max_length=10, choices=PackState, default=PackState.REQUESTED, editable=False
    )
    job = models.OneToOneField(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="audit_pack"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="demandé par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    requested_at = models.DateTimeField("demandé le", default=timezone.now)
    ready_at = models.DateTimeField("prêt le", null=True, blank=True, editable=False)
    expires_at = models.DateTimeField("à télécharger avant le", null=True, blank=True)
    manifest_sha256 = models.CharField("empreinte du manifeste", max_length=64, blank=True)
    counts = models.JSONField("compte", default=dict, blank=True)
    size = models.PositiveBigIntegerField("taille en octets", default=0)
    key = models.CharField("clé du stockage privé", max_length=255, blank=True)
    name = models.CharField("nom du fichier", max_length=255, blank=True)

    class Meta:
        verbose_name = "dossier d’audit"
        verbose_name_plural = "dossiers d’audit"
        ordering = ["-requested_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("build_auditpack", "Peut préparer un dossier d’audit"),
            ("download_auditpack", "Peut télécharger un dossier d’audit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=PackState.READY)
                | (
                    Q(ready_at__isnull=False, expires_at__isnull=False)
                    & ~Q(key="")
                    & ~Q(manifest_sha256="")
                ),
                name="quality_pack_ready_has_file",
                violation_error_message="Un dossier prêt porte son fichier, son empreinte "
                "et ses dates.",
            ),
            models.CheckConstraint(
                condition=~Q(state=PackState.EXPIRED) | Q(key=""),
                name="quality_pack_expired_has_no_file",
                violation_error_message="Un dossier expiré n’a plus de fichier.",
            ),
        ]

    def __str__(self) -> str:
        return self.scope
