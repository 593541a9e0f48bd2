"""Pages kept ready for anonymous visitors.

wagtail-cache keeps and finds them; what is ours is when. A page is kept only when it is public
and the same for everybody: a page of Wagtail or a view of `cms` that answers 200, sets no cookie
(a form sets its CSRF cookie) and was asked for without a session, a message or a preview.

Every entry is stored under a generation, a number shared by all processes. Forgetting the pages
means beginning another generation: a page drawn from what was true before is stored under the
old one, so that it is never shown, even if it is finished after.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from wagtailcache.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

ALIAS = "pages"
GENERATION = "generation"
#: Longer questions are answered, not kept: the folder has room for real pages.
LONGEST_QUERY = 120
#: Words typed by visitors have no end: their answers are not kept.
FREE_TEXT = "q"
PUBLIC_VIEW = "wagtail_serve"
PUBLIC_NAMESPACE = "cms"


class Generation:
    """The cache of pages as it is during one request."""

    def __init__(self) -> None:
        self.cache = caches[ALIAS]
        self.default_timeout = self.cache.default_timeout
        self.number = self.cache.get_or_set(GENERATION, _new_number, timeout=None)

    def get(self, key: str, default: Any = None) -> Any:
        return self.cache.get(key, default, version=self.number)

    def set(self, key: str, value: Any, timeout: int | None = None) -> None:
        self.cache.set(key, value, timeout, version=self.number)


def forget_pages() -> None:
    """Show every page anew, in every process, once the present transaction is committed."""
    effect = (set(connection.savepoint_ids), _begin_generation, False)
    if effect not in connection.run_on_commit:
        transaction.on_commit(_begin_generation)


def _begin_generation() -> None:
    caches[ALIAS].set(GENERATION, _new_number(), timeout=None)


def _new_number() -> str:
    return uuid.uuid4().hex


class PageCacheMiddleware:
    """Answers anonymous visitors from the pages kept, and compresses what is public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.compress = GZipMiddleware(get_response).process_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.WAGTAIL_CACHE or not _may_be_kept(request):
            return self._draw(request)
        generation = Generation()
        fetch = FetchFromCacheMiddleware(self.get_response)
        update = UpdateCacheMiddleware(self.get_response)
        fetch._wagcache = update._wagcache = generation
        with _without_cookies(request):
            response = fetch.process_request(request)
        if response is None:
            response = self._draw(request)
            if not _is_same_for_all(request, response):
                return response
        with _without_cookies(request):
            response = update.process_response(request, response)
        # Kept here, where it can be forgotten; a browser asks again each time.
        response["Cache-Control"] = "no-cache"
        del response["Expires"]
        return response

    def _draw(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return self.compress(request, response) if _is_public(request) else response


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
