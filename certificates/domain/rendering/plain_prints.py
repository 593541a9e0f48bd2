"""Prints that prove nothing by themselves: lists, name cards, blank sheets, texts in force.

Rendered when asked for, from today's facts or from a version that never changes; neither numbered,
nor sealed, nor kept as evidence. What a public page asks for twice is kept in the cache under the
hash of its whole page: another wording is another hash.
"""

import datetime as dt
import hashlib
from functools import cache
from typing import Any

from django.core.cache import cache as kept

from certificates import kinds
from certificates.domain.rendering import engine
from certificates.domain.rendering.fetcher import ASSETS
from certificates.domain.rendering.freezing import freeze
from certificates.models import Document

KEPT_FOR = 30 * 24 * 3600


def render(*, kind: str, facts: dict[str, Any], on: dt.date) -> bytes:
    """The PDF of these facts, rendered now. Raises `RenderingFailed` as `engine.render`."""
    return engine.render(_unsaved(kind, facts, on))


def render_once(*, kind: str, facts: dict[str, Any], on: dt.date) -> bytes:
    """The same, from the cache when the same page was rendered before."""
    document = _unsaved(kind, facts, on)
    html = engine.html_of(document)
    digest = hashlib.sha256(html.encode())
    digest.update(_style_hash(kinds.get(kind).stylesheets))
    key = f"plain-print:{digest.hexdigest()}"
    content: bytes | None = kept.get(key)
    if content is None:
        content = engine.render(document)
        kept.set(key, content, KEPT_FOR)
    return content


def _unsaved(kind: str, facts: dict[str, Any], on: dt.date) -> Document:
    if kinds.get(kind).is_proof:
        raise ValueError(f"{kind} proves something: it is issued, not printed.")
    return Document(kind=kind, context=freeze(facts), issued_on=on)


@cache
def _style_hash(names: tuple[str, ...]) -> bytes:
    digest = hashlib.sha256()
    for name in (*engine.COMMON, *names):
        digest.update((ASSETS / name).read_bytes())
    return digest.digest()
