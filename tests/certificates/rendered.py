"""Every kind rendered on its samples, once per process, for all the tests that look at files."""

import datetime as dt
from functools import cache

from certificates import kinds
from certificates.domain.rendering import engine
from certificates.models import Document
from training.models import TrainingSession

#: (code, word of the sample) of everything that is registered.
EVERY_SAMPLE = [(kind.code, word) for kind in kinds.every() for word in kind.samples]
#: The same token each time, so that a page is the same picture each time.
TOKEN = "abcdefghjkmnpqrstuvwxyz23456"


def sample_document(kind: kinds.DocumentKind, word: str = "") -> Document:
    """A document of the kind that no one asked for, on one of its samples."""
    return Document(
        kind=kind.code,
        number=f"{kind.prefix}-2026-0001" if kind.is_numbered else "",
        context=kind.samples[word](),
        issued_on=dt.date(2026, 12, 2),
        session=TrainingSession(code="S-2026-01") if kind.is_proof else None,
        token=TOKEN,
    )


@cache
def rendered(code: str, word: str = "") -> bytes:
    """The PDF of a sample."""
    return engine.render(sample_document(kinds.get(code), word))
