"""What every page outside the back office is held to, whichever test asked for it.

The content security policy forbids whatever is inline, so a page that carries some is broken.
"""

import re
from html.parser import HTMLParser

from django.conf import settings

DATA_BLOCKS = {"application/json", "application/ld+json"}
#: Attributes by which the browser fetches something by itself.
FETCHING = {("img", "srcset"), ("source", "srcset"), ("object", "data")}
LEAKED_SYNTAX = re.compile(r"\{\{|\{%|\{#")


class PageFault(AssertionError):
    """A page carries something that it must not."""


class _Inspector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "style":
            self._fault(tag, "is an inline style sheet")
        is_code = tag == "script" and attributes.get("type") not in DATA_BLOCKS
        if is_code and "src" not in attributes:
            self._fault(tag, "is an inline script")
        for name, value in attributes.items():
            if name == "style":
                self._fault(tag, f'has an inline style "{value}"')
            if name.startswith(("on", "hx-on")):
                self._fault(tag, f"has an inline handler {name}")
            if value.strip().lower().startswith("javascript:"):
                self._fault(tag, f"runs a script from {name}")
            if self._fetches(tag, name, attributes) and _is_elsewhere(value):
                self._fault(tag, f"asks another site for {value}")

    def _fetches(self, tag: str, name: str, attributes: dict[str, str]) -> bool:
        if tag == "link":
            kinds = set(attributes.get("rel", "").lower().split())
            return name == "href" and bool(kinds & {"stylesheet", "icon", "preload", "manifest"})
        return name == "src" or (tag, name) in FETCHING

    def _fault(self, tag: str, what: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: <{tag}> {what}")


def _is_elsewhere(address: str) -> bool:
    return any(
        part.strip().startswith(("http://", "https://", "//"))
        and not part.strip().startswith(settings.SITE_URL + "/")
        for part in address.split(",")
    )


def check_page(html: str) -> None:
    """Raise `PageFault` with every fault of the page, if it has any."""
    inspector = _Inspector()
    inspector.feed(html)
    inspector.close()
    faults = inspector.faults
    for number, line in enumerate(html.splitlines(), start=1):
        if LEAKED_SYNTAX.search(line):
            faults.append(f"line {number}: template syntax is shown: {line.strip()[:80]}")
    if faults:
        raise PageFault("\n".join(faults))
