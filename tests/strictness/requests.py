"""The test client, a little nearer to the real server."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from tests.strictness.html import PageFault, check_page


def run_commit_callbacks(*, since: int = 0) -> None:
    """Run what waits for the commit that a test never makes, oldest first, each once.

    A test lives in a transaction that is rolled back, so Django never runs the callbacks given
    to `transaction.on_commit`. `since` leaves alone those that were waiting before.
    """
    while len(connection.run_on_commit) > since:
        _savepoints, callback, robust = connection.run_on_commit.pop(since)
        try:
            callback()
        except Exception:
            if not robust:
                raise


@contextmanager
def requests_commit_and_pages_are_checked() -> Iterator[None]:
    """Inside the block, each request of the test client runs its `on_commit` callbacks when it
    ends, as the server does, and a page outside /gestion/ is checked by `check_page`."""
    original = Client.request

    def request(self: Client, **environ: Any) -> HttpResponseBase:
        waiting = len(connection.run_on_commit)
        response = original(self, **environ)
        run_commit_callbacks(since=waiting)
        path = environ.get("PATH_INFO", "/")
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming and not path.startswith("/gestion/"):
            try:
                check_page(_text_of(response))
            except PageFault as fault:
                raise PageFault(f"{path}\n{fault}") from None
        return response

    Client.request = request
    try:
        yield
    finally:
        Client.request = original


def _text_of(response: HttpResponse) -> str:
    compressed = response.headers.get("Content-Encoding") == "gzip"
    content = gzip.decompress(response.content) if compressed else response.content
    return content.decode(response.charset)
