"""The kinds of documents. A kind is one context function, one template, one sample.

Any higher room may register its own in its `AppConfig.ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CERTIFICATE = "certificate"
ATTENDANCE_SHEET = "attendance_sheet"


@dataclass(frozen=True, kw_only=True)
class DocumentKind:
    """What the engine needs to know of a kind of document."""

    code: str
    #: French name, as printed and listed.
    title: str
    #: Stem of the downloaded file of an unnumbered document.
    slug: str
    #: « CR » gives CR-2026-0001, gap-free per year; empty: the kind is not numbered.
    prefix: str = ""
    template: str
    #: Style sheets below `static/certificates/pdf/`, after the common one.
    stylesheets: tuple[str, ...] = ()
    #: (facts, enrolment, on) → canonical JSON (text, integers, booleans, lists, dicts). Its
    #: `public` item is all that the verification page shows.
    context: Callable[..., dict[str, Any]]
    #: A context with long names, for the gallery and the tests.
    sample: Callable[[], dict[str, Any]]
    #: About one person (an enrolment) or about the whole session.
    per_enrolment: bool = True
    learner_may_read: bool = False
    trainer_may_read: bool = False
    #: Document → mail to the learner when it is issued, with the file attached; None: no mail.
    mail: Callable[[Any], Any] | None = None

    @property
    def is_numbered(self) -> bool:
        """Whether each document takes a number of the yearly register."""
        return bool(self.prefix)


_kinds: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> DocumentKind:
    """Add a kind; two kinds under one code, or one prefix, are a mistake of ours."""
    for known in _kinds.values():
        if known.code == kind.code or (kind.prefix and known.prefix == kind.prefix):
            raise ValueError(f"The kind {kind.code} ({kind.prefix}) is registered already.")
    _kinds[kind.code] = kind
    return kind


def get(code: str) -> DocumentKind:
    """The kind under this code. Raises LookupError."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"No kind of document is called {code}.") from None


def every() -> list[DocumentKind]:
    """Every kind, in the order in which they were registered."""
    return list(_kinds.values())
