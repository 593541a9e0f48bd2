"""What the tests of the staff screens read in a page."""

import re

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.words import Words, plain


def _without_tags(text: str) -> Words:
    return Words(plain(re.sub(r"<[^>]+>", " ", text)))


def text_of(response: HttpResponse) -> Words:
    """The words of a page as a person reads them, without tags."""
    page = response.content.decode()
    return _without_tags(re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL))


def messages_shown(response: HttpResponse) -> list[Words]:
    """The messages that the answer carries, as a person reads them."""
    return [_without_tags(str(item)) for item in get_messages(response.wsgi_request)]


def message_text(response: HttpResponse) -> Words:
    """The same, in one text."""
    return Words(" ".join(messages_shown(response)))


def count_queries(client: Client, url: str) -> int:
    """How many queries a visit that succeeds makes, those of the process's own caches left out."""
    # Already known when the database of the tests was made in this process, not when it was kept.
    ContentType.objects.get_for_models(*apps.get_models(), for_concrete_models=False)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, response.status_code
    return len(captured)
