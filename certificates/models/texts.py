"""The texts of the organisation, each with its versions."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

from certificates.enums import TextSlug
from core.models.announced import AnnouncedQuerySet


class DocumentTemplateQuerySet(AnnouncedQuerySet["DocumentTemplate"]):
    """Filters of the texts of the organisation."""

    def in_force(self, on: dt.date) -> "DocumentTemplateQuerySet":
        """Those whose day has come: of each text, the latest of them is the one in force."""
        return self.filter(in_force_from__lte=on)


class DocumentTemplate(models.Model):
    """One version of a text of the organisation: internal rules, welcome booklet, general terms.

    Never edited once in force: what a person was handed must be found again, word for word.
    `domain.texts` writes them.
    """

    slug = models.CharField("texte", max_length=30, choices=TextSlug)
    number = models.PositiveSmallIntegerField("version", editable=False)
    body = models.TextField(
        "texte",
        max_length=60_000,
        help_text="Une ligne vide sépare les paragraphes. Une ligne qui commence par « ## » est "
        "un titre d’article ; par « - », un élément de liste.",
    )
    change_summary = models.CharField(
        "ce qui change", max_length=255, blank=True, help_text="Par rapport à la version d’avant."
    )
    in_force_from = models.DateField("en vigueur à partir du")
    created_at = models.DateTimeField("écrite le", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = DocumentTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "texte en vigueur"
        verbose_name_plural = "textes en vigueur"
        ordering = ["slug", "-number"]
        default_permissions = ("add", "change", "view")
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "number"],
                name="certificates_text_version_unique",
                violation_error_message="Cette version existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["slug", "in_force_from"],
                name="certificates_text_one_per_day",
                violation_error_message="Une version de ce texte entre déjà en vigueur ce jour-là.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_slug_display()}, version {self.number}"
