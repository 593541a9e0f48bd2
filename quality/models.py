"""Audit packs and complaints: what was asked, what was answered, what was made of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models import Job
from quality.enums import PACK_TRANSITIONS, ComplaintAuthor, ComplaintChannel, PackState
from training.models import TrainingSession


class AuditPack(models.Model):
    """One export of evidence. `filters` is the dict of `Selection.as_filters`."""

    transitions = PACK_TRANSITIONS

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


class Complaint(models.Model):
    """What a person holds against us, in their words (indicator 31)."""

    received_at = models.DateTimeField("reçue le", default=timezone.now)
    channel = models.CharField(
        "arrivée par", max_length=10, choices=ComplaintChannel, default=ComplaintChannel.WEB
    )
    author_kind = models.CharField("de la part de", max_length=10, choices=ComplaintAuthor)
    author_name = models.CharField("nom", max_length=150, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    concerns = models.CharField("à propos de", max_length=200, blank=True)
    session = models.ForeignKey(
        TrainingSession,
        verbose_name="session",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaints",
    )
    text = models.TextField("ce qui s’est passé", max_length=6000)
    expectation = models.TextField("ce qui est attendu", max_length=2000, blank=True)
    acknowledged_at = models.DateTimeField(
        "accusé de réception envoyé le", null=True, blank=True, editable=False
    )
    file_key = models.CharField("clé du stockage privé", max_length=255, blank=True)
    file_name = models.CharField("pièce jointe", max_length=100, blank=True)
    # Sent with the form: a double click makes one complaint.
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = "réclamation"
        ordering = ["-received_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(file_key="", file_name="") | (~Q(file_key="") & ~Q(file_name="")),
                name="quality_complaint_file_has_name",
                violation_error_message="Une pièce jointe a une clé et un nom.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} : {self.author_name or 'sans nom'}"

    @property
    def reference(self) -> str:
        """What one quotes on the phone: « R-2026-0004 »."""
        year = timezone.localtime(self.received_at).year
        return f"R-{year}-{self.pk or 0:04d}"
