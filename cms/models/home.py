"""The home page."""

from django.db import models

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import BODY_BLOCKS
from cms.home_blocks import ActionBlock, DoorBlock
from cms.models.base import SitePage

SESSIONS_SHOWN = 5
NEWS_SHOWN = EVENTS_SHOWN = 3


class HomePage(SitePage):
    """What we do, three doors, the next sessions."""

    eyebrow = models.CharField(
        "surtitre",
        max_length=80,
        blank=True,
        help_text="Quelques mots au-dessus du grand titre\u00a0: le territoire, par exemple.",
    )
    headline = models.CharField(
        "grand titre", max_length=120, help_text="Une phrase courte qui dit ce que nous faisons."
    )
    introduction = models.TextField(
        "chapeau", max_length=300, help_text="Deux lignes sous le grand titre."
    )
    actions = StreamField(
        [("action", ActionBlock())],
        verbose_name="boutons",
        max_num=2,
        blank=True,
        help_text="Le premier est mis en avant.",
    )
    doors = StreamField(
        [("door", DoorBlock())],
        verbose_name="portes d’entrée",
        max_num=3,
        blank=True,
        help_text="Trois chemins, un par grande attente.",
    )
    body = StreamField(
        BODY_BLOCKS,
        verbose_name="suite de la page",
        blank=True,
        help_text="Ce qui vient après les sessions et les actualités.",
    )

    tagline = models.CharField(
        "sous le nom, sur chaque page",
        max_length=80,
        blank=True,
        help_text="Ce que nous sommes, en quelques mots. Vide : le nom seul.",
    )
    site_description = models.CharField(
        "le site en une phrase",
        max_length=200,
        blank=True,
        help_text="Lue par les moteurs de recherche sur les pages qui n’ont pas la leur.",
    )

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("eyebrow"),
                FieldPanel("headline"),
                FieldPanel("introduction"),
                FieldPanel("actions"),
            ],
            heading="Ouverture",
        ),
        FieldPanel("doors"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("tagline"), FieldPanel("site_description")], heading="Sur tout le site"
        ),
    ]
    template = "cms/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    class Meta:
        verbose_name = "page d’accueil"
