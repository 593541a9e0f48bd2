"""What the catalogue shows: a list of courses, or the sessions of one month."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from cms.domain.catalogue.filters import CatalogueFilters
from cms.domain.catalogue.months import month_name, month_of, shifted, weeks_of
from cms.domain.catalogue.search import CatalogueSearch, as_entries, search_catalogue
from cms.models import CatalogueIndexPage
from cms.views.pages import context_of
from core import french

#: How far the calendar turns, in months from today: no endless row of empty pages.
CALENDAR_MONTHS = 24


@context_of.register
def _catalogue(
    page: CatalogueIndexPage, request: HttpRequest, *, view: str = "list", **options: Any
) -> dict[str, Any]:
    """What was asked (`filters`, `choices`, `highest_price`) and what answers it; as many queries
    for 5 courses as for 60. `pushed_url` is how htmx shows the URL of the answer."""
    url = page.get_url(request)
    search = search_catalogue(page, request.GET)
    context = {
        "view": view,
        "catalogue_url": url,
        "choices": search.choices,
        "filters": search.filters,
        "month_is_listed": search.filters.month in {one.value for one in search.choices.months},
        "highest_price": search.highest_price,
    }
    if view == "calendar":
        pushed, more = f"{url}calendrier/", _calendar(search)
    else:
        pushed = url
        more = {
            "entries": as_entries(search.courses, search.lines, search.filters, catalogue_url=url)
        }
    return {**context, **more, "pushed_url": pushed + search.filters.as_query()}


def _calendar(search: CatalogueSearch) -> dict[str, Any]:
    """The month asked for, or that of the next session, day by day."""
    filters = search.filters
    lines = search.lines_of_courses()
    first = month_of(timezone.localdate())
    last = shifted(first, CALENDAR_MONTHS)
    asked = filters.month or (month_of(lines[0].days[0]) if lines else first)
    month = min(max(asked, first), last)
    shown = [line for line in lines if any(month_of(day) == month for day in line.days)]
    return {
        "month": month,
        "month_name": month_name(month),
        "weeks": weeks_of(month, shown),
        "weekdays": french.WEEKDAYS,
        "count": len(shown),
        "previous": _step(filters, month, -1) if month > first else "",
        "following": _step(filters, month, 1) if month < last else "",
    }


def _step(filters: CatalogueFilters, month: str, by: int) -> dict[str, str]:
    """The way to another month, the other filters kept."""
    other = shifted(month, by)
    return {"name": month_name(other), "query": filters.as_query(mois=other)}
