"""What each type of page shows besides its own columns."""

from functools import singledispatch
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone

from wagtail.models import Page

from cms.domain import page_cache, structured_data
from cms.domain.certification import certification
from cms.domain.upcoming_sessions import upcoming_sessions
from cms.enums import PartnerKind
from cms.models import (
    CoursePage,
    DirectoryPage,
    EventIndexPage,
    EventPage,
    HomePage,
    LexiconEntry,
    LexiconPage,
    NewsCategory,
    NewsIndexPage,
    Partner,
    PlacePage,
    ResultsPage,
    Sector,
    SitemapPage,
)
from cms.models.events import coming_events, published_events
from cms.models.lexicon import sorting_key
from cms.models.news import published_news
from cms.models.visibility import visible_to_all
from cms.views.choices import read_choices
from core.models import Organisation
from evaluations.domain.published import Results, published_results
from training.domain.programmes import newest_public_version
from training.domain.remote_activities import announced_in
from training.models import Programme

SESSIONS_ON_HOME = 5
NEWS_ON_HOME = EVENTS_ON_HOME = EVENTS_OF_PLACE = 3
NEWS_PER_PAGE = 9
PAST_EVENTS = 12


@singledispatch
def context_of(page: Page, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """Variables of the template of a page; `options` are those given to its `get_context`."""
    return {}


@context_of.register
def _home(page: HomePage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`sessions`, `events` (soonest first), `news` (newest first), `certification`."""
    return {
        "sessions": upcoming_sessions(limit=SESSIONS_ON_HOME),
        "events": list(coming_events()[:EVENTS_ON_HOME]),
        "news": list(published_news()[:NEWS_ON_HOME]),
        "certification": certification(),
    }


@context_of.register
def _course(page: CoursePage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`sessions` to come, `items` in their fixed order, `results`, the published `version`."""
    programme = page.programme
    sessions = upcoming_sessions(programme=programme) if programme else []
    return {
        "items": page.regulated_items(),
        "remote_activities": announced_in(page.as_programme_content()),
        "sessions": sessions,
        "results": _results(programme) if programme else None,
        "version": newest_public_version(programme) if programme else None,
        "structured_data": structured_data.course(
            page, sessions, url=_url(page, request), organisation=Organisation.objects.first()
        ),
    }


@context_of.register
def _event(page: EventPage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`structured_data` for search engines, once there is a day."""
    if not page.starts_on:
        return {}
    return {
        "structured_data": structured_data.event(
            page, url=_url(page, request), organisation=Organisation.objects.first()
        )
    }


@context_of.register
def _events(page: EventIndexPage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`coming` and `past`, the last dozen, newest first."""
    past = published_events().filter(last_day__lt=timezone.localdate())
    return {
        "coming": list(coming_events()),
        "past": list(past.order_by("-starts_on", "pk")[:PAST_EVENTS]),
    }


@context_of.register
def _place(page: PlacePage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`events` to come there."""
    return {"events": list(coming_events().filter(place=page)[:EVENTS_OF_PLACE])}


@context_of.register
def _news(page: NewsIndexPage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`categories`, `chosen` (parameter `rubrique`) and `news`, a page of the list."""
    categories = list(NewsCategory.objects.all())
    chosen = read_choices(request.GET, rubrique={category.slug for category in categories})
    news = published_news().child_of(page)
    if chosen.get("rubrique"):
        news = news.filter(category__slug=chosen.get("rubrique"))
    return {
        "categories": categories,
        "chosen": chosen,
        "news": Paginator(news, NEWS_PER_PAGE).get_page(request.GET.get("page")),
    }


@context_of.register
def _lexicon(page: LexiconPage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`letters`: (letter, entries) in order; two queries, whatever their number."""
    entries = sorted(
        LexiconEntry.objects.prefetch_related("see_also"),
        key=lambda entry: (entry.letter == "#", sorting_key(entry.term)),
    )
    by_letter = groupby(entries, lambda entry: entry.letter)
    return {"letters": [(letter, list(found)) for letter, found in by_letter]}


@context_of.register
def _directory(page: DirectoryPage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`kinds`, `sectors`, `chosen` (parameters `nature`, `filiere`) and `partners`."""
    sectors = list(Sector.objects.all())
    chosen = read_choices(
        request.GET, nature=PartnerKind.values, filiere={sector.slug for sector in sectors}
    )
    partners = Partner.objects.filter(is_listed=True).prefetch_related("sectors")
    if chosen.get("nature"):
        partners = partners.filter(kind=chosen.get("nature"))
    if chosen.get("filiere"):
        partners = partners.filter(sectors__slug=chosen.get("filiere"))
    rank = {kind: place for place, kind in enumerate(PartnerKind.values)}
    return {
        "kinds": PartnerKind.choices,
        "sectors": sectors,
        "chosen": chosen,
        "partners": sorted(
            partners, key=lambda partner: (rank[partner.kind], sorting_key(partner.name))
        ),
    }


@context_of.register
def _results_page(page: ResultsPage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`results` of the twelve months that end today."""
    return {"results": _results()}


@context_of.register
def _sitemap(page: SitemapPage, request: HttpRequest, **options: Any) -> dict[str, Any]:
    """`branches`: (page, pages under it), one query."""
    home = page.get_parent()
    branches: list[tuple[Page, list[Page]]] = []
    for found in visible_to_all(Page.objects.descendant_of(home).live()).order_by("path"):
        if found.depth == home.depth + 1:
            branches.append((found, []))
        elif branches:
            branches[-1][1].append(found)
    return {"home": home, "branches": branches}


def _results(programme: Programme | None = None) -> Results:
    """Published rates, computed once until an answer comes: they read every session of the year."""
    name = f"results.{programme.pk}" if programme else "results"
    return page_cache.kept(
        name, lambda: published_results(on=timezone.localdate(), programme=programme)
    )


def _url(page: Page, request: HttpRequest) -> str:
    return settings.SITE_URL + (page.get_url(request) or "")
