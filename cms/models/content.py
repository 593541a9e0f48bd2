"""Pages of text: cooperation, places, legal mentions…"""

from django.db import models

from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import BODY_BLOCKS


class FooterColumn(models.TextChoices):
    """Columns of links at the foot of every page."""

    NONE = "", "Aucune"
    LEARN = "learn", "Se former"
    COOPERATE = "cooperate", "Coopérer"
    SITE = "site", "Ce site"


class ContentPage(Page):
    """A page made of blocks."""

    introduction = models.TextField("chapeau", max_length=400, blank=True)
    body = StreamField(BODY_BLOCKS, verbose_name="contenu", blank=True)
    footer_column = models.CharField(
        "colonne du pied de page",
        max_length=10,
        choices=FooterColumn,
        default=FooterColumn.NONE,
        blank=True,
        help_text="La page est alors citée au bas de toutes les autres.",
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    promote_panels = [*Page.promote_panels, FieldPanel("footer_column")]
    template = "cms/content_page.html"
    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = ["cms.ContentPage"]

    class Meta:
        verbose_name = "page de texte"
        verbose_name_plural = "pages de texte"
