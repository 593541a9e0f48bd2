"""One typed function per mail of certificates. Each has a subject, a text and an HTML template."""

from collections.abc import Sequence
from typing import Any

from certificates.models import Document
from core.mails import ComposedMail, compose, days_from_now
from training.mails import session_facts
from training.models import Contact


def certificate_issued(document: Document) -> ComposedMail:
    """The certificate is attached; it may replace an earlier one, which is then no longer valid."""
    return compose("certificate_issued", _issued(document), useful_until=None)


def document_issued(document: Document) -> ComposedMail:
    """Any other document about a learner, attached."""
    return compose("document_issued", _issued(document), useful_until=None)


def convocation(document: Document) -> ComposedMail:
    """When, where, with whom; the convocation is attached."""
    facts = document.context
    return compose(
        "convocation",
        {
            **_issued(document),
            "days": facts["days"],
            "rows": [
                {"day": row["day"], "times": row["times"], "place": row["place"]}
                for row in facts["rows"]
            ],
            "contact": facts["contacts"]["administrative"],
        },
        useful_until=days_from_now(14),
    )


def _issued(document: Document) -> dict[str, Any]:
    replaced = document.supersedes
    return {
        "document": {"title": document.title, "number": document.number},
        "learner": str(document.enrolment.learner),
        "session": session_facts(document.session),
        "replaced": {"number": replaced.number} if replaced else None,
    }


def agreement_document(document: Document, to_name: str) -> ComposedMail:
    """A convention, a contract or a quote, to be read and signed by the customer."""
    return compose(
        "agreement_document",
        {
            "document": {"title": document.title, "number": document.number},
            "reference": document.agreement.reference,
            "programme": document.context["title"],
            "days": document.context.get("days", ""),
            "to_name": to_name,
        },
        useful_until=None,
    )


def company_documents(
    contact: Contact, documents: Sequence[Document], *, part: int, parts: int
) -> ComposedMail:
    """To a company: the certificates of its own people, attached; `part` of `parts` mails."""
    return compose(
        "company_documents",
        {
            "contact": contact.name,
            "company": contact.company.name,
            "documents": [
                {
                    "label": document.label,
                    "learner": document.learner_name,
                    "session": document.session_code,
                }
                for document in documents
            ],
            "part": part,
            "parts": parts,
        },
        useful_until=None,
    )
