"""What anybody who holds a document may learn of it: whether it is ours, and still in force.

Only what is needed: number, course, dates, hours, initials. Nothing can be listed or guessed.
"""

import hmac
import re
from dataclasses import dataclass, field

from certificates.enums import DocumentState, FileRole
from certificates.models import CHECK_CODE_LENGTH, Document, DocumentSeal
from core.french import format_day


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer of the verification page."""

    #: « authentic », « superseded », « revoked » or « purged ».
    code: str
    title: str
    sentence: str
    kind: str
    number: str
    version: int
    issued_on: str
    #: (name, value) pairs frozen with the document; none once it was erased.
    facts: list[tuple[str, str]] = field(default_factory=list)
    #: What its electronic seal is; empty when it has none.
    seal: str = ""
    is_demonstration: bool = False


def find_by_token(token: str) -> Document | None:
    """The document whose page has this address; None when no issued document has."""
    return (
        Document.objects.verifiable()
        .select_related("session", "seal")
        .filter(token=token.lower())
        .first()
    )


def find_by_number(*, number: str, code: str) -> Document | None:
    """The document under a number, when the check code is its own; None otherwise.

    One answer for an unknown number and for a wrong code: numbers cannot be tried one by one.
    """
    written = re.sub(r"[^0-9a-z]", "", code.lower())
    document = (
        Document.objects.verifiable()
        .select_related("session", "seal")
        .filter(number=re.sub(r"\s", "", number).upper().replace("\u2011", "-"))
        .exclude(number="")
        .first()
    )
    expected = document.token[:CHECK_CODE_LENGTH] if document else "-" * CHECK_CODE_LENGTH
    return document if hmac.compare_digest(written.encode(), expected.encode()) else None


def find_by_hash(sha256: str) -> Document | None:
    """The document that we issued as a file of exactly these bytes; None when there is none."""
    return (
        Document.objects.verifiable()
        .select_related("session", "seal")
        .filter(files__sha256=sha256.lower(), files__role__in=[FileRole.ISSUED, FileRole.SIGNED])
        # Measurements share one file among many documents.
        .order_by("pk")
        .first()
    )


def verdict(document: Document) -> Verdict:
    """What to tell of an issued document."""
    code, title, sentence = _state(document)
    seal: DocumentSeal | None = getattr(document, "seal", None)
    return Verdict(
        code=code,
        title=title,
        sentence=sentence,
        kind=document.title,
        number=document.number,
        version=document.version,
        issued_on=format_day(document.issued_on),
        facts=[(name, value) for name, value in document.context.get("public", [])],
        seal=seal.sentence if seal else "",
        is_demonstration=seal.is_demonstration if seal else False,
    )


def _state(document: Document) -> tuple[str, str, str]:
    if document.state == DocumentState.SUPERSEDED:
        return (
            "superseded",
            "Ce document a été remplacé.",
            f"{_successor(document)} le remplace depuis le {_day(document.superseded_at)} : "
            "demandez-le à la personne qui vous a remis celui-ci.",
        )
    if document.state == DocumentState.REVOKED:
        return (
            "revoked",
            "Ce document a été révoqué.",
            f"Il n’est plus valable depuis le {_day(document.revoked_at)}.",
        )
    if document.state == DocumentState.PURGED:
        return (
            "purged",
            "Ce document a bien été émis.",
            f"Son contenu a été effacé le {_day(document.purged_at)}, à l’échéance de sa "
            "conservation : nous ne pouvons plus le comparer.",
        )
    return (
        "authentic",
        "Ce document est authentique.",
        "Nous l’avons émis et il est en vigueur. Comparez ce qui suit à ce que vous avez sous "
        "les yeux.",
    )


def _successor(document: Document) -> str:
    following = (
        document.successors.filter(issued_at__isnull=False).order_by("pk").values_list("number")
    ).first()
    if following and following[0]:
        return f"Le document {following[0]}"
    return "Une version plus récente"


def _day(moment: object) -> str:
    return format_day(moment)  # type: ignore[arg-type]
