"""The kinds of documents. A kind is one context function, one template, one sample.

Any higher app may register its own in its `AppConfig.ready`: number, screens, verification page,
gallery and the tests of every kind follow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from certificates.enums import SignedBy, Subject

CERTIFICATE = "certificate"
ATTENDANCE_SHEET = "attendance_sheet"
COMPANY_SHEET = "attendance_company"
LEARNER_SHEET = "attendance_learner"
BLANK_SHEET = "attendance_blank"
MONTHLY_CERTIFICATE = "monthly_certificate"
TRAINING_STATEMENT = "training_statement"
ATTENDANCE_STATEMENT = "attendance_statement"
CONVOCATION = "convocation"
CONVENTION = "convention"
CONTRACT = "contract"
QUOTE = "quote"
PROGRAMME = "programme"
INTERNAL_RULES = "internal_rules"
WELCOME_BOOKLET = "welcome_booklet"
GENERAL_TERMS = "general_terms"
ENROLLED_LIST = "enrolled_list"
NAME_CARDS = "name_cards"


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
    #: (facts, enrolment, on) → canonical JSON (text, integers, booleans, lists, dicts). A kind
    #: about an agreement receives `agreement` as well, one with variants `variant`.
    #: Its `public` item is all that the verification page shows.
    context: Callable[..., dict[str, Any]]
    #: A context with long names, for the gallery and the tests.
    sample: Callable[[], dict[str, Any]]
    #: Other contexts worth looking at, by a word of French: « sans entreprise ».
    more_samples: Mapping[str, Callable[[], dict[str, Any]]] = field(default_factory=dict)
    about: Subject = Subject.ENROLMENT
    #: Several documents of the kind may stand side by side about one subject: one per month, per
    #: company… `Document.variant` says which.
    has_variants: bool = False
    #: Numbered when it has a prefix, sealed, stored. Otherwise a plain print: rendered when asked
    #: for, kept nowhere as evidence (lists, name cards, blank sheets, texts in force).
    is_proof: bool = True
    signed_by: SignedBy = SignedBy.ORGANISATION
    #: Staff ask for it by hand, person by person, on the page of the session.
    on_demand: bool = False
    #: Words of the action that asks for it; empty: « Préparer : » and the title.
    action: str = ""
    #: Asking again for an unchanged one writes to the learner again.
    sends_again: bool = False
    learner_may_read: bool = False
    trainer_may_read: bool = False
    #: Contacts of the company that bought, or whose people it is about, may read it.
    company_may_read: bool = False
    #: The employer may be sent it, for the people whose training they did not buy alone.
    employer_receives: bool = False
    #: Document → mail to the learner when it is issued, with the file attached; None: no mail.
    mail: Callable[[Any], Any] | None = None

    @property
    def is_numbered(self) -> bool:
        """Whether each document takes a number of the yearly register."""
        return bool(self.prefix)

    @property
    def per_enrolment(self) -> bool:
        """Whether each document is about one person."""
        return self.about == Subject.ENROLMENT

    @property
    def is_sealed(self) -> bool:
        """Whether the organisation's electronic seal goes on it: it proves something."""
        return self.is_proof

    @property
    def samples(self) -> dict[str, Callable[[], dict[str, Any]]]:
        """Every sample, by its word; the first has none."""
        return {"": self.sample, **self.more_samples}

    @property
    def is_sealed_at_issue(self) -> bool:
        """Whether the seal goes on the issued file.

        What both parties sign is sealed once, after the last signature.
        """
        return self.is_sealed and self.signed_by != SignedBy.BOTH

    def __post_init__(self) -> None:
        if self.prefix and not self.is_proof:
            raise ValueError(f"{self.code}: a plain print takes no number.")


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
