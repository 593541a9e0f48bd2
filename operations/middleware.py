"""Middleware that concerns the whole project."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch, resolve

from core.decorators import LARGEST_REQUEST, REST_OF_A_FORM

ADMIN_PREFIX = "/gestion/"


class HeadMiddleware:
    """An answer to HEAD has the headers of the one to GET, and no body (RFC 9110, 9.3.2).

    First of all, so that whatever made the answer is concerned. Without it the server drops the
    body with a warning, for each mail scanner that looks at a link.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "HEAD":
            return response
        if isinstance(response, StreamingHttpResponse):
            # What it reads from stays among what the server closes with the answer.
            response.streaming_content = []
        elif isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


class NullCharacterMiddleware:
    """No URL of ours holds a null character, and PostgreSQL refuses it in any text.

    In a path, the page does not exist; in a query it is left out, so that a filter with a
    nonsense value stays a filter.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query:
            request.META["QUERY_STRING"] = query.replace("%00", "")
        return self.get_response(request)


class RequestSizeMiddleware:
    """A request larger than its form allows is refused by what it says of itself, unread.

    Django reads a request whole, files to the disk, before any view looks at it: no one may fill
    the disk of the site with requests. Beyond what a visitor's form needs, only the views that
    take larger files (`core.decorators.takes_files`, Wagtail's own of pictures and documents) are
    sent more, by users who are logged in. A request without a length is refused as well: nothing
    says where it ends.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            return _too_large(request, LARGEST_REQUEST)
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0  # Django reads nothing of it either
        if length > LARGEST_REQUEST:
            allowed = _largest_request(request)
            if length > allowed:
                return _too_large(request, allowed)
        return self.get_response(request)


def _largest_request(request: HttpRequest) -> int:
    """How many bytes the view of this URL takes from this user."""
    try:
        match = resolve(request.path_info)
    except Http404:
        return LARGEST_REQUEST
    view = getattr(match.func, "view_class", match.func)
    declared: int = getattr(view, "largest_request", 0) or _largest_request_of_wagtail(match)
    return declared if declared > LARGEST_REQUEST and _may_send_files(request) else LARGEST_REQUEST


def _largest_request_of_wagtail(match: ResolverMatch) -> int:
    namespace = match.namespace
    if namespace in {"wagtailimages", "wagtailimages_chooser"}:
        return int(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE) + REST_OF_A_FORM
    if namespace in {"wagtaildocs", "wagtaildocs_chooser"}:
        return int(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE) + REST_OF_A_FORM
    return 0


def _may_send_files(request: HttpRequest) -> bool:
    """Whether the request comes from a user, of the staff under /gestion/. Reads no body."""
    SessionMiddleware(lambda _request: HttpResponse()).process_request(request)
    user = get_user(request)
    if request.path_info.startswith(ADMIN_PREFIX):
        return user.has_perm("wagtailadmin.access_admin")
    return user.is_authenticated


def _too_large(request: HttpRequest, allowed: int) -> HttpResponse:
    megabytes = allowed // (1024 * 1024)
    return render(request, "413.html", {"megabytes": megabytes}, status=413)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of the settings everywhere, relaxed under /gestion/ only.

    Wagtail's own date inputs, inline panels and choosers carry inline scripts
    (wagtail/roadmap#92); the public site and the portal keep the strict policy.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(ADMIN_PREFIX):
            parts.replace = {
                "script-src": [SELF, UNSAFE_INLINE],
                "style-src": [SELF, UNSAFE_INLINE],
                "img-src": [SELF, "data:", "blob:"],
                **(parts.replace or {}),
            }
        return parts
