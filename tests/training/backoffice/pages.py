"""What the tests of the staff screens read in a page."""

import html
import re

from django.contrib.messages import get_messages
from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    """The words of a page as a person reads them: no tag, every space a plain one."""
    page = response.content.decode()
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return plain(re.sub(r"<[^>]+>", " ", page))


def plain(text: str) -> str:
    """The text with every run of spaces, no-break ones too, made one plain space."""
    return " ".join(html.unescape(text).split())


def told(response: HttpResponse) -> list[str]:
    """The messages that the answer carries, as a person reads them."""
    return [
        plain(re.sub(r"<[^>]+>", " ", str(item))) for item in get_messages(response.wsgi_request)
    ]
