"""The slugs of pages: plain, and never the URL of something else."""

import re
from functools import cache

from django.conf import settings
from django.http import Http404
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page

from core.text import folded

RESERVED = (
    "Cette adresse est celle d’une autre partie du site (« {url} ») : la page ne s’y verrait pas. "
    "Choisissez-en une autre, par exemple « {other} »."
)


def plain_slug(words: str) -> str:
    """Letters without accent, figures and hyphens: « l-ete-a-l-oeuvre » for « L’été à l’œuvre ».

    Empty when the words hold no letter of our alphabet.
    """
    return re.sub(r"[^a-z0-9_]+", "-", folded(words)).strip("-")


def why_reserved(*, slug: str, parent: Page) -> str:
    """Why a page under `parent` cannot have this slug, in French; empty when it can."""
    url = _url(parent) + f"{slug}/"
    if _is_a_view_of(parent, slug) or (url.count("/") == 2 and slug in first_segments()):
        return RESERVED.format(url=url, other=f"{slug}-2")
    return ""


@cache
def first_segments() -> frozenset[str]:
    """What the URLs of the program begin with: « gestion », « espace », « documents »…"""
    static = {settings.STATIC_URL, settings.MEDIA_URL}
    return frozenset(
        {url.strip("/").split("/")[0] for url in static} | set(_beginnings(get_resolver()))
    )


def _beginnings(resolver: URLResolver) -> list[str]:
    found = []
    for item in resolver.url_patterns:
        route = str(item.pattern)
        if isinstance(item, URLResolver) and not route:
            found += _beginnings(item)
            continue
        if not isinstance(item.pattern, RoutePattern):
            route = route.removeprefix("^")
        first = route.split("/")[0]
        # Wagtail's own pattern, which takes every page, begins with no word.
        if isinstance(item, URLPattern | URLResolver) and re.fullmatch(r"[\w.-]+", first):
            found.append(first)
    return found


def _url(parent: Page) -> str:
    """The path of the parent on its site; « / » when it is in none yet."""
    parts = parent.get_url_parts()
    return (parts[2] if parts else None) or "/"


def _is_a_view_of(parent: Page, slug: str) -> bool:
    """A page may answer below its own URL: the calendar of the catalogue."""
    page = parent.specific
    if not isinstance(page, RoutablePageMixin):
        return False
    try:
        page.resolve_subpage(f"/{slug}/")
    except Http404:
        return False
    return True
