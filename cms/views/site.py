"""Parts of the site that are not pages: drawings, what search engines read."""

from django.conf import settings
from django.contrib.sitemaps.views import sitemap as django_sitemap
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from wagtail.contrib.sitemaps import Sitemap

from cms import bocage

SIDES = range(40, 2001)  # drawing units
MOST_PARCELS = 60
#: Nothing there is for search engines: personal spaces, forms, staff.
CLOSED = ["/gestion/", "/compte/", "/espace/", "/inscription/", "/questionnaire/", "/recherche/"]


@require_safe
def drawing(
    request: HttpRequest, width: int, height: int, parcels: int, number: int
) -> HttpResponse:
    """One picture of the bocage; its URL changes if the way of drawing does."""
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
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read; of a demonstration, nothing."""
    closed = ["/"] if settings.DEMO else CLOSED
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {settings.SITE_URL}{reverse('cms:sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, for search engines."""
    return django_sitemap(request, sitemaps={"pages": Sitemap(request)})
