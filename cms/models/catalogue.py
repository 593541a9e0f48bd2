"""The catalogue: every course, filtered by plain URLs, as a list or by month."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page

from cms.models.base import SitePage


class CatalogueIndexPage(RoutablePageMixin, SitePage):
    """The list of the courses, and the calendar of their sessions."""

    introduction = models.TextField(
        "chapeau", max_length=400, blank=True, help_text="Deux lignes sous le titre du catalogue."
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    template = "cms/catalogue_index_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.CoursePage"]
    max_count = 1

    class Meta:
        verbose_name = "catalogue des formations"

    @path("")
    def as_list(self, request: HttpRequest) -> HttpResponse:
        """The courses, one card each."""
        return self._answer(request, self.template, view="list")

    @path("calendrier/", name="calendar")
    def as_calendar(self, request: HttpRequest) -> HttpResponse:
        """The sessions of one month, day by day: the month asked for, or that of the next one."""
        return self._answer(request, "cms/catalogue_calendar.html", view="calendar")

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """The list and the calendar."""
        urls = super().get_sitemap_urls(request)
        return [*urls, *({**url, "location": f"{url['location']}calendrier/"} for url in urls)]

    def _answer(self, request: HttpRequest, template: str, *, view: str) -> HttpResponse:
        """The page, and the URL under which htmx shows it: short, without empty filters."""
        context = self.get_context(request, view=view)
        response = TemplateResponse(request, template, context)
        response["HX-Push-Url"] = context["pushed_url"]
        return response
