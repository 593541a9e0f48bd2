"""What the tests of the staff screens read in a page."""

import html
import re

from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext


class Words(str):
    """A text compared without regard to the kind of its spaces, no-break ones included."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __contains__(self, other: str) -> bool:  # type: ignore[override]
        return super().__contains__(_plain(other))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and super().__eq__(_plain(other))

    def startswith(self, prefix: str) -> bool:  # type: ignore[override]
        return super().startswith(_plain(prefix))


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _without_tags(text: str) -> Words:
    return Words(_plain(re.sub(r"<[^>]+>", " ", text)))


def text_of(response: HttpResponse) -> Words:
    """The words of a page as a person reads them, without tags."""
    page = response.content.decode()
    return _without_tags(re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL))


def told(response: HttpResponse) -> list[Words]:
    """The messages that the answer carries, as a person reads them."""
    return [_without_tags(str(item)) for item in get_messages(response.wsgi_request)]


def all_told(response: HttpResponse) -> Words:
    """The same, in one text."""
    return Words(" ".join(told(response)))


def count_queries(client: Client, url: str) -> int:
    """How many queries a visit that succeeds makes."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, response.status_code
    return len(captured)
