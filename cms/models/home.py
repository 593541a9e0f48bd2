"""The home page."""

from typing import Any

from django.db import models
from django.http import HttpRequest

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import BODY_BLOCKS
from cms.home_blocks import ActionBlock, DoorBlock
from cms.models.events import coming_events
from cms.models.news import published_news
from cms.models.service import certification
from cms.models.upcoming import upcoming_sessions

SESSIONS_SHOWN = 5
NEWS_SHOWN = EVENTS_SHOWN = 3


class HomePage(Page):
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
    ]
    template = "cms/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    class Meta:
        verbose_name = "page d’accueil"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `sessions`, `events` (soonest first), `news` (newest first), `certification`."""
        context = super().get_context(request, *args, **kwargs)
        context.update(
            sessions=upcoming_sessions(limit=SESSIONS_SHOWN),
            events=list(coming_events()[:EVENTS_SHOWN]),
            news=list(published_news()[:NEWS_SHOWN]),
            certification=certification(),
        )
        return context
