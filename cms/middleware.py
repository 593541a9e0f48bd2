"""Pages kept ready for anonymous visitors.

Django's two cache middlewares store and find them; what is ours is which. A page is kept only when
it is public and the same for every visitor: a page of Wagtail or a view of `cms` that answers 200,
sets no cookie (a form sets its CSRF cookie) and was asked for without a session, a message or a
preview.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware
from django.middleware.gzip import GZipMiddleware

from cms.domain import page_cache

#: Longer query strings are answered, not kept: the folder is left to real pages.
LONGEST_QUERY = 120
#: Words typed by visitors have no end: their answers are not kept.
FREE_TEXT = "q"
PUBLIC_VIEW = "wagtail_serve"
PUBLIC_NAMESPACE = "cms"
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PageCacheMiddleware:
    """Answers anonymous visitors from the pages kept, and compresses what is public."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.compress = GZipMiddleware(get_response).process_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.PAGE_CACHE or not _may_be_kept(request):
            return self._respond(request)
        # Read before the page is rendered, and kept for the request: see `cms.domain.page_cache`.
        try:
            prefix = page_cache.key_prefix()
            response = FetchKeptPage(self.get_response, key_prefix=prefix).process_request(request)
        except OSError:
            return self._respond(request)  # a full disk, a folder that went
        if response is None:
            response = self._respond(request)
        try:
            return UpdateKeptPage(self.get_response, key_prefix=prefix).process_response(
                request, response
            )
        except OSError:
            return response

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return self.compress(request, response) if _is_public(request) else response


class FetchKeptPage(FetchFromCacheMiddleware):
    """Finds a page kept under a prefix."""

    def __init__(self, get_response: GetResponse, *, key_prefix: str) -> None:
        super().__init__(get_response)
        self.cache_alias = page_cache.ALIAS
        self.key_prefix = key_prefix

    def process_request(self, request: HttpRequest) -> Any:
        with _without_cookies(request):
            response = super().process_request(request)
        return None if response is None else _asked_again_each_time(response)


class UpdateKeptPage(UpdateCacheMiddleware):
    """Keeps under a prefix a page that is the same for every visitor."""

    def __init__(self, get_response: GetResponse, *, key_prefix: str) -> None:
        super().__init__(get_response)
        self.cache_alias = page_cache.ALIAS
        self.cache_timeout = self.cache.default_timeout
        self.key_prefix = key_prefix

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        # Nor is a page that was found here: no view was asked for it.
        if not _is_same_for_all(request, response):
            return response
        with _without_cookies(request):
            response = super().process_response(request, response)
        return _asked_again_each_time(response)


def _asked_again_each_time(response: HttpResponseBase) -> HttpResponseBase:
    """Kept here, where it can be forgotten; a browser asks again each time."""
    response["Cache-Control"] = "no-cache"
    del response["Expires"]
    return response


@contextmanager
def _without_cookies(request: HttpRequest) -> Iterator[None]:
    """The cookies left (that of forms) change nothing to the page: they are not part of its key."""
    kept = request.COOKIES, request.META.get("HTTP_COOKIE", "")
    request.COOKIES, request.META["HTTP_COOKIE"] = {}, ""
    try:
        yield
    finally:
        request.COOKIES, request.META["HTTP_COOKIE"] = kept


def _may_be_kept(request: HttpRequest) -> bool:
    """Whether nothing in the request tells its visitor from another."""
    request.get_host()  # an odd host is refused before anything is looked for
    personal = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
    if (
        request.method not in {"GET", "HEAD"}
        or personal & request.COOKIES.keys()
        or "HTTP_AUTHORIZATION" in request.META
        or len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY
        or FREE_TEXT in request.GET
    ):
        return False
    # Two variants of each page at most, whatever the order in which browsers say what they read.
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    request.META["HTTP_ACCEPT_ENCODING"] = "gzip" if "gzip" in accepted else ""
    return True


def _is_public(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and (
        match.view_name == PUBLIC_VIEW or PUBLIC_NAMESPACE in match.namespaces
    )


def _is_same_for_all(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        _is_public(request)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not getattr(request, "is_preview", False)
        and "Cache-Control" not in response
    )
