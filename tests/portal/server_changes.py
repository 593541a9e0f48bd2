"""What becomes of the server while a device has no network: away, silent, brought up to date."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.views import offline

if TYPE_CHECKING:
    import pytest
    from playwright.sync_api import Page

Answer = Callable[[HttpRequest], HttpResponse | None]
#: What answers pages, and what answers files, in the server of the tests.
HANDLERS: tuple[Any, ...] = (BaseHandler, StaticFilesHandlerMixin)


class Gate:
    """Requests wait before it, unanswered, until it is opened."""

    def __init__(self) -> None:
        self._opened = threading.Event()
        self.waiting = 0

    def hold(self) -> None:
        self.waiting += 1
        self._opened.wait(timeout=120)  # seconds: a test that fails leaves no thread behind

    @property
    def is_shut(self) -> bool:
        return not self._opened.is_set()

    def open(self) -> None:
        self._opened.set()


@contextmanager
def answering(monkeypatch: "pytest.MonkeyPatch", change: Answer) -> Iterator[None]:
    """Inside the block `change` is called before each request of the server; what it returns, if
    anything, is the answer. A service worker is out of reach of Playwright's routes."""
    with monkeypatch.context() as patch:
        for handler in HANDLERS:
            patch.setattr(handler, "get_response", _changed(handler.get_response, change))
        yield


def _changed(real: Callable[[Any, HttpRequest], Any], change: Answer) -> Callable[..., Any]:
    def get_response(self: Any, request: HttpRequest) -> Any:
        return change(request) or real(self, request)

    return get_response


@contextmanager
def unavailable(monkeypatch: "pytest.MonkeyPatch", part: str = "/") -> Iterator[None]:
    """Every address that contains `part` answers 503."""

    def refuse(request: HttpRequest) -> HttpResponse | None:
        return HttpResponse("Service indisponible", status=503) if part in request.path else None

    with answering(monkeypatch, refuse):
        yield


@contextmanager
def silent(monkeypatch: "pytest.MonkeyPatch") -> Iterator[Gate]:
    """No request is answered before the gate is opened, at the latest at the end of the block."""
    gate = Gate()
    with answering(monkeypatch, lambda _request: gate.hold()):
        try:
            yield gate
        finally:
            gate.open()


def deploy(monkeypatch: "pytest.MonkeyPatch", release: str) -> None:
    """Other pages of the device from now on: they carry the name of their release."""

    def rendered(request: HttpRequest, template: str, *args: Any, **kwargs: Any) -> HttpResponse:
        response = render(request, template, *args, **kwargs)
        if template == "portal/trainer/offline.html":
            mark = f'<meta name="release" content="{release}"></head>'.encode()
            response.content = response.content.replace(b"</head>", mark)
        return response

    monkeypatch.setattr(offline, "render", rendered)


def release_of(page: "Page") -> str:
    """The release of the pages of the device that are shown; empty before any other was made."""
    return page.evaluate("document.querySelector('meta[name=release]')?.content ?? ''")
