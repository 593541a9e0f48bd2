"""News: what happened, dated, by category."""

from django.db import models
from django.utils import timezone

from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.query import PageQuerySet

from cms.models.content import ContentPage
from cms.models.visibility import visible_to_all
from core import french
from core.forms.widgets import NativeDateInput
from core.models.announced import AnnouncedQuerySet

NEWS_PER_PAGE = 9


class NewsCategory(models.Model):
    """A family of news; its slug stands in the URLs of filtered lists."""

    name = models.CharField(
        "nom", max_length=60, unique=True, help_text="Tel que le lira le public."
    )
    slug = models.SlugField(
        "identifiant d’adresse",
        max_length=50,
        unique=True,
        help_text="Il figure dans les adresses\u00a0: ne le changez pas sans raison.",
    )

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "rubrique des actualités"
        verbose_name_plural = "rubriques des actualités"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class NewsPage(ContentPage):
    """Something that happened, or that we announce."""

    date = models.DateField(
        "date", default=timezone.localdate, help_text="Celle du fait raconté, ou de l’annonce."
    )
    month_only = models.BooleanField(
        "ne montrer que le mois", default=False, help_text="Quand le jour n’est pas connu."
    )
    category = models.ForeignKey(
        NewsCategory,
        verbose_name="rubrique",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="news",
        help_text="Pour que l’on retrouve l’article parmi les siens.",
    )

    content_panels = [
        *ContentPage.content_panels[:1],
        FieldRowPanel([FieldPanel("date", widget=NativeDateInput), FieldPanel("category")]),
        FieldPanel("month_only"),
        *ContentPage.content_panels[1:],
    ]
    template = "cms/news_page.html"
    page_description = "Un fait daté, rangé dans une rubrique."
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "actualité"
        verbose_name_plural = "actualités"

    @property
    def when(self) -> str:
        """« 2 décembre 2021 », or « décembre 2021 » when the day is not known."""
        if self.month_only:
            return f"{french.MONTHS[self.date.month - 1]} {self.date.year}"
        return french.format_day(self.date)


def published_news() -> PageQuerySet:
    """News open to the public, newest first."""
    return (
        visible_to_all(NewsPage.objects.live())
        .select_related("category")
        .order_by("-date", "-first_published_at", "pk")
    )


class NewsIndexPage(ContentPage):
    """Every piece of news, newest first, filtered by category."""

    template = "cms/news_index_page.html"
    page_description = "La liste des actualités, par rubrique, et leur flux RSS."
    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = ["cms.NewsPage"]
    max_count = 1

    class Meta:
        verbose_name = "page des actualités"
