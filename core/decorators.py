"""What views say of themselves: whose page it is, how large a file it takes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponseBase]
AnyView = TypeVar("AnyView", bound=Callable[..., Any])

MEBIBYTE = 1024 * 1024
#: Bytes of a request that no view says anything about: a complaint with its file, a long form.
LARGEST_REQUEST = 6 * MEBIBYTE
#: What a form sends beside its file.
REST_OF_A_FORM = MEBIBYTE


def personal_page(view: View) -> View:
    """For pages that carry a form or a person's data: kept by no cache, listed by no engine."""

    @wraps(view)
    @never_cache
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def takes_files(*, up_to: int) -> Callable[[AnyView], AnyView]:
    """Let a view (function or class) receive a file of `up_to` bytes from a user who is logged in.

    A larger request is refused before it is read, as are those of all other views beyond
    `LARGEST_REQUEST` (`operations.middleware.RequestSizeMiddleware`).
    """

    def declare(view: AnyView) -> AnyView:
        view.largest_request = up_to + REST_OF_A_FORM  # type: ignore[attr-defined]
        return view

    return declare
