"""Addresses of the site that are not pages: drawings, calendars, feeds, search, robots."""

from django.conf import settings
from django.contrib.sitemaps.views import sitemap as django_sitemap
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page, Site

from cms import bocage, feeds
from cms.models import CatalogueIndexPage
from cms.models.entries import read_question
from cms.models.filters import TEXT_LENGTH
from cms.models.search import with_rank
from cms.models.upcoming import UpcomingSession, upcoming_sessions
from cms.models.visibility import visible_to_all
from cms.search_words import asked_stems

SIDES = range(40, 2001)  # drawing units
MOST_PARCELS = 60
RESULTS_A_PAGE = 20
#: Nothing there is for search engines: personal spaces, forms, staff.
CLOSED = ["/gestion/", "/compte/", "/espace/", "/inscription/", "/questionnaire/", "/recherche/"]


@require_safe
def drawing(
    request: HttpRequest, width: int, height: int, parcels: int, number: int
) -> HttpResponse:
    """One picture of the bocage; its address changes if the way of drawing does."""
    if (
        width not in SIDES
        or height not in SIDES
        or not 1 <= parcels <= MOST_PARCELS
        or number >= bocage.PICTURES
    ):
        raise Http404
    svg = bocage.draw_picture(number=number, width=width, height=height, parcels=parcels)
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def sessions_calendar(request: HttpRequest) -> HttpResponse:
    """The sessions to come that pass the filters of the address, as a calendar to follow."""
    lines, _catalogue = _lines_asked(request)
    return _calendar_file(
        feeds.as_calendar(lines, name="Formations de la coopérative"), name="formations"
    )


@require_safe
def session_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """One session to come."""
    lines = upcoming_sessions(code=code)
    if not lines:
        raise Http404
    return _calendar_file(feeds.as_calendar(lines, name=lines[0].title), name=code)


@require_safe
def sessions_feed(request: HttpRequest) -> HttpResponse:
    """The sessions to come that pass the filters of the address, as an RSS feed."""
    lines, catalogue = _lines_asked(request)
    address = settings.SITE_URL + catalogue.get_url(request)
    return HttpResponse(
        feeds.as_feed(lines, address=address), content_type="application/rss+xml; charset=utf-8"
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Every page of the site that holds the words asked for, titles first."""
    text = request.GET.get("q", "").strip()[:TEXT_LENGTH]
    site = Site.find_for_request(request)
    found = Page.objects.none()
    if site and asked_stems(text):
        pages = visible_to_all(Page.objects.descendant_of(site.root_page).live())
        found = with_rank(pages, text).exclude(rank=None).order_by("rank", "path")
    page_obj = Paginator(found, RESULTS_A_PAGE).get_page(request.GET.get("page"))
    whole = Page.objects.filter(pk__in=[page.pk for page in page_obj]).specific().in_bulk()
    results = [
        {"title": page.title, "text": _summary_of(whole[page.pk]), "url": page.get_url(request)}
        for page in page_obj
    ]
    return render(
        request,
        "cms/search.html",
        {"text": text, "page_obj": page_obj, "results": results, "max_length": TEXT_LENGTH},
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read; of a demonstration, nothing."""
    closed = ["/"] if settings.DEMO else CLOSED
    lines = [
        "User-agent: *",
        *(f"Disallow: {address}" for address in closed),
        f"Sitemap: {settings.SITE_URL}{reverse('cms:sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, for search engines."""
    return django_sitemap(request, sitemaps={"pages": Sitemap(request)})


def _lines_asked(request: HttpRequest) -> tuple[list[UpcomingSession], CatalogueIndexPage]:
    catalogue = CatalogueIndexPage.objects.live().order_by("pk").first()
    if catalogue is None:
        raise Http404
    return read_question(catalogue, request.GET).lines_of_courses(), catalogue


def _calendar_file(content: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{slugify(name)}.ics"'
    return response


def _summary_of(page: Page) -> str:
    return page.search_description or getattr(page, "introduction", "")
