"""URLs that belong to no other app: health, uploaded pictures, refused forms."""

import sys

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe
from django.views.static import serve

from operations.domain import disk, health


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the process answers and its database too, 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unavailable"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything is at work; 503 with what is not, in words and in codes, otherwise."""
    try:
        found = health.problems()
    except DatabaseError:
        found = [health.NO_DATABASE]
    content = {
        "status": "not ready" if found else "ok",
        "codes": [problem.code for problem in found],
        "problems": [problem.sentence for problem in found],
    }
    return JsonResponse(
        content, status=503 if found else 200, json_dumps_params={"ensure_ascii": False}
    )


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """What broke: 503 and what to expect of it when the disk is full, 500 otherwise.

    Django calls it while the exception is being handled, wherever it was raised.
    """
    if disk.is_full(sys.exc_info()[1]):
        return HttpResponse(loader.get_template("503.html").render(), status=503)
    return defaults.server_error(request)


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A public rendition of a picture of the site; their names change with their content.

    Nothing else of the media folder is served by its path: originals stay where they are, and
    documents go through the permissions of their collection. Renditions stand side by side in one
    folder, which is the root here: no name leads out of it.
    """
    if name.startswith("."):
        raise Http404
    response = serve(request, name, document_root=settings.MEDIA_ROOT / "images")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page shown when a form was sent from a page kept open too long."""
    return render(request, "403_csrf.html", status=403)
