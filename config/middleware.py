"""Middleware that concerns the whole project."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts

from django.http import Http404, HttpRequest, HttpResponseBase

ADMIN_PREFIX = "/gestion/"


class NullCharacterMiddleware:
    """No address of ours holds a null character, and PostgreSQL refuses it in any text.

    In a path, the address does not exist; in a query it is left out, so that a filter with a
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
