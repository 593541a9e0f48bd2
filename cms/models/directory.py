"""The directory: teams, partners and networks, by kind and by sector."""

from django.db import models

from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.enums import PartnerKind
from cms.models.content import ContentPage
from core.models.announced import AnnouncedQuerySet


class Sector(models.Model):
    """A local sector (filière) or field of action; its slug stands in filtered URLs."""

    name = models.CharField(
        "nom", max_length=80, unique=True, help_text="Tel que le lira le public."
    )
    slug = models.SlugField(
        "identifiant d’adresse",
        max_length=50,
        unique=True,
        help_text="Il figure dans les adresses\u00a0: ne le changez pas sans raison.",
    )

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "filière"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """A contact worth knowing: a team, a member, a network. People are named only if they agree."""

    name = models.CharField(
        "nom",
        max_length=120,
        help_text="Structure ou fonction\u00a0; une personne, seulement avec son accord.",
    )
    kind = models.CharField(
        "nature", max_length=12, choices=PartnerKind, help_text="Un des filtres de l’annuaire."
    )
    sectors = models.ManyToManyField(
        Sector,
        verbose_name="filières",
        blank=True,
        related_name="partners",
        help_text="L’autre filtre de l’annuaire.",
    )
    role = models.CharField(
        "en un mot", max_length=160, help_text="Ce que nous faisons ensemble, en une phrase."
    )
    town = models.CharField(
        "ville", max_length=100, blank=True, help_text="Vide pour un réseau sans adresse ici."
    )
    description = models.TextField(
        "présentation",
        max_length=800,
        blank=True,
        help_text="Ce qu’elle fait, et ce que l’on peut lui demander.",
    )
    email = models.EmailField("courriel", blank=True, help_text="Public : avec leur accord.")
    phone = models.CharField(
        "téléphone", max_length=20, blank=True, help_text="Public\u00a0: avec leur accord."
    )
    website = models.URLField("site", blank=True, help_text="L’adresse entière, avec https.")
    is_listed = models.BooleanField(
        "dans l’annuaire", default=True, help_text="Décochez pour retirer sans effacer."
    )

    objects = AnnouncedQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("kind")]),
        FieldPanel("role"),
        FieldPanel("sectors"),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("town"), FieldPanel("website")]),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
        FieldPanel("is_listed"),
    ]

    class Meta:
        verbose_name = "fiche de l’annuaire"
        verbose_name_plural = "fiches de l’annuaire"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class DirectoryPage(ContentPage):
    """Every contact worth knowing, filtered by plain URLs."""

    template = "cms/directory_page.html"
    page_description = "L’annuaire : équipes, partenaires et réseaux, par nature et par filière."
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "annuaire"
