"""Themes of the catalogue, kept by editors."""

from django.db import models

from core.models.announced import AnnouncedQuerySet


class Theme(models.Model):
    """A family of courses; its slug stands in the URLs of filtered lists."""

    name = models.CharField(
        "nom", max_length=80, unique=True, help_text="Tel que le lira le public."
    )
    slug = models.SlugField(
        "identifiant d’adresse",
        max_length=50,
        unique=True,
        help_text="Il figure dans l’adresse des listes filtrées : ne le changez pas sans raison.",
    )
    sort_order = models.PositiveSmallIntegerField(
        "ordre", default=0, help_text="Le plus petit vient en premier."
    )

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "thème"
        ordering = ["sort_order", "name"]

    def __str__(self) -> str:
        return self.name
