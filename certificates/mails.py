"""One typed function per mail of the room."""

from collections.abc import Sequence

from certificates.models import Document
from training.mails import ComposedMail, compose
from training.models import Contact


def certificate_issued(document: Document) -> ComposedMail:
    """The certificate is attached; it may replace an earlier one, which is then no longer valid."""
    return compose(
        "certificate_issued",
        {
            "document": document,
            "learner": document.enrolment.learner,
            "session": document.session,
            "replaced": document.supersedes,
        },
        folder="certificates/mail",
    )


def document_issued(document: Document) -> ComposedMail:
    """Any other document about somebody, attached."""
    return compose(
        "document_issued",
        {
            "document": document,
            "learner": document.enrolment.learner,
            "session": document.session,
            "replaced": document.supersedes,
        },
        folder="certificates/mail",
    )


def convocation(document: Document) -> ComposedMail:
    """When, where, with whom; the convocation is attached."""
    return compose(
        "convocation",
        {
            "document": document,
            "facts": document.context,
            "learner": document.enrolment.learner,
            "session": document.session,
            "replaced": document.supersedes,
        },
        folder="certificates/mail",
    )


def agreement_document(document: Document, to_name: str) -> ComposedMail:
    """A convention, a contract or a quote, to be read and signed by the customer."""
    return compose(
        "agreement_document",
        {
            "document": document,
            "agreement": document.agreement,
            "facts": document.context,
            "to_name": to_name,
        },
        folder="certificates/mail",
    )


def company_documents(
    contact: Contact, documents: Sequence[Document], *, part: int, parts: int
) -> ComposedMail:
    """To a company: the certificates of its own people, attached; `part` of `parts` mails."""
    return compose(
        "company_documents",
        {"contact": contact, "documents": documents, "part": part, "parts": parts},
        folder="certificates/mail",
    )
