"""The pictures that the organisation's documents carry: logo, stamp, signatures."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.enums import PictureRole
from core.models.append_only import AppendOnlyModel


class OrganisationPicture(AppendOnlyModel):
    """One picture, as kept: encoded again from what was handed in, in the private storage.

    Never changed nor replaced: issued documents name its key and its hash. Another logo is another
    picture; the former one stays, for the documents that carry it.
    """

    role = models.CharField("usage", max_length=10, choices=PictureRole)
    key = models.CharField("clé du stockage privé", max_length=255)
    sha256 = models.CharField("empreinte", max_length=64)
    media_type = models.CharField("type", max_length=20)
    width = models.PositiveIntegerField("largeur en pixels")
    height = models.PositiveIntegerField("hauteur en pixels")
    size = models.PositiveIntegerField("taille en octets")
    kept_at = models.DateTimeField("conservée le", default=timezone.now)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "image de l’organisme"
        verbose_name_plural = "images de l’organisme"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["role", "sha256"],
                name="core_organisation_picture_once",
                violation_error_message="Cette image est déjà conservée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.width} × {self.height} pixels"
