"""Pages of text, and what every page of the cooperation side has in common."""

from django.db import models

from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import BODY_BLOCKS
from cms.enums import Drawing, FooterColumn
from cms.models.base import SitePage


class ContentPage(SitePage):
    """A page made of blocks. Pages of a kind of their own (places, news…) are made from it."""

    introduction = models.TextField(
        "chapeau",
        max_length=400,
        blank=True,
        help_text="Deux phrases, lues sous le titre et sur les cartes qui mènent à la page.",
    )
    body = StreamField(
        BODY_BLOCKS,
        verbose_name="contenu",
        blank=True,
        help_text="Des blocs, dans l’ordre de lecture.",
    )
    drawing = models.CharField(
        "dessin",
        max_length=10,
        choices=Drawing,
        default=Drawing.NONE,
        blank=True,
        help_text="En tête de la page et sur sa carte. Nos dessins suivent le mode sombre.",
    )
    footer_column = models.CharField(
        "colonne du pied de page",
        max_length=10,
        choices=FooterColumn,
        default=FooterColumn.NONE,
        blank=True,
        help_text="La page est alors citée au bas de toutes les autres.",
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("drawing"),
        FieldPanel("body"),
    ]
    promote_panels = [*Page.promote_panels, FieldPanel("footer_column")]
    template = "cms/content_page.html"
    page_description = "Une page de blocs : texte, étapes, cartes, chiffres, personnes…"
    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = [
        "cms.ContentPage",
        "cms.LexiconPage",
        "cms.PlacePage",
        "cms.DirectoryPage",
        "cms.NewsIndexPage",
        "cms.EventIndexPage",
        "cms.EnquiryPage",
    ]

    class Meta:
        verbose_name = "page de texte"
        verbose_name_plural = "pages de texte"
