"""The catalogue: every course, filtered by plain addresses, as a list or by month."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page

from cms.models import entries
from cms.models.filters import CatalogueFilters, month_name, month_of
from training import french

#: How far the calendar turns, in months from today: no endless row of empty pages.
CALENDAR_MONTHS = 24


class CatalogueIndexPage(RoutablePageMixin, Page):
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

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the question (`filters`, `choices`, `highest_price`) and what answers it (`courses`,
        `lines`, `address`); as many queries for 5 courses as for 60."""
        context = super().get_context(request, *args, **kwargs)
        question = entries.read_question(self, request.GET)
        months = question.choices.months
        context.update(
            address=self.get_url(request),
            question=question,
            choices=question.choices,
            filters=question.filters,
            month_is_listed=question.filters.month in {one.value for one in months},
            highest_price=question.highest_price,
            lines=question.lines,
            courses=question.courses,
        )
        return context

    @path("")
    def as_list(self, request: HttpRequest) -> HttpResponse:
        """The courses, one card each."""
        context = self.get_context(request)
        found = entries.as_entries(
            context["courses"], context["lines"], context["filters"], address=context["address"]
        )
        context.update(entries=found, view="list")
        return _answer(request, self.template, context, address=context["address"])

    @path("calendrier/", name="calendar")
    def as_calendar(self, request: HttpRequest) -> HttpResponse:
        """The sessions of one month, day by day: the month asked for, or that of the next one."""
        context = self.get_context(request)
        filters: CatalogueFilters = context["filters"]
        lines = context["question"].lines_of_courses()
        today = timezone.localdate()
        first, last = month_of(today), entries.shifted(month_of(today), CALENDAR_MONTHS)
        asked = filters.month or (month_of(lines[0].days[0]) if lines else first)
        month = min(max(asked, first), last)
        shown = [line for line in lines if any(month_of(day) == month for day in line.days)]
        context.update(
            view="calendar",
            month=month,
            month_name=month_name(month),
            weeks=entries.weeks_of(month, shown),
            weekdays=french.WEEKDAYS,
            count=len(shown),
            previous=_step(filters, month, -1) if month > first else "",
            following=_step(filters, month, 1) if month < last else "",
        )
        return _answer(
            request,
            "cms/catalogue_calendar.html",
            context,
            address=f"{context['address']}calendrier/",
        )

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """The list and the calendar."""
        urls = super().get_sitemap_urls(request)
        return [*urls, *({**url, "location": f"{url['location']}calendrier/"} for url in urls)]


def _step(filters: CatalogueFilters, month: str, by: int) -> dict[str, str]:
    """The way to another month, the other filters kept."""
    other = entries.shifted(month, by)
    return {"name": month_name(other), "query": filters.as_query(mois=other)}


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], *, address: str
) -> HttpResponse:
    """The page, and the address under which htmx shows it: short, without empty filters."""
    response = TemplateResponse(request, template, context)
    response["HX-Push-Url"] = address + context["filters"].as_query()
    return response
