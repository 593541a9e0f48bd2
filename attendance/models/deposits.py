"""What a device could not send by itself, handed in as a file."""

import uuid

from django.conf import settings
from django.db import models

from attendance.enums import DepositOrigin
from core.models.append_only import AppendOnlyModel


class OfflineDeposit(AppendOnlyModel):
    """A file of what waited on a device, as it was handed in: who, when, why; written once.

    The file itself stands in a row that retention may erase; its SHA-256 stays here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    half_day = models.ForeignKey(
        "training.HalfDay",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offline_deposits",
    )
    ticket = models.ForeignKey(
        "attendance.OfflineTicket",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deposits",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    received_at = models.DateTimeField("déposé le")
    reason = models.CharField("raison", max_length=500, blank=True)
    origin = models.CharField("origine", max_length=10, choices=DepositOrigin)
    sha256 = models.CharField("empreinte du contenu", max_length=64, unique=True)
    size = models.PositiveIntegerField("taille en octets")
    item_count = models.PositiveIntegerField("envois")
    left_count = models.PositiveIntegerField("envois non repris")

    class Meta:
        verbose_name = "dépôt d’un appareil"
        verbose_name_plural = "dépôts d’appareils"
        ordering = ["-received_at", "pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"Dépôt du {self.received_at:%d/%m/%Y}"


class OfflineDepositFile(models.Model):
    """The file of a deposit, in the private storage, until retention erases both."""

    deposit = models.OneToOneField(
        OfflineDeposit, on_delete=models.PROTECT, related_name="file", primary_key=True
    )
    key = models.CharField("clé du stockage privé", max_length=255)

    class Meta:
        verbose_name = "fichier d’un dépôt"
        verbose_name_plural = "fichiers de dépôts"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Fichier {self.deposit_id}"


class OfflineDepositReview(AppendOnlyModel):
    """What staff did of a deposit that could not be taken whole, in their words."""

    deposit = models.OneToOneField(
        OfflineDeposit, on_delete=models.PROTECT, related_name="review", primary_key=True
    )
    reviewed_at = models.DateTimeField("traité le")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("suite donnée", max_length=500)

    class Meta:
        verbose_name = "suite d’un dépôt"
        verbose_name_plural = "suites de dépôts"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Suite du dépôt {self.deposit_id}"
