"""A document asked for again: the same one while nothing changed, else a new one in its place."""

from accounts.models import User
from certificates.domain import documents
from certificates.domain.facts import SessionFacts
from certificates.enums import PENDING_STATES, DocumentState
from certificates.models import Document


def bring_up_to_date(
    *, document: Document, facts: SessionFacts, actor: User | None, reason: str
) -> Document:
    """The document whose facts are those of today: the same one, or a new one in its place.

    Raises `DomainError` as `request_document` and `correct`.
    """
    if document.state in PENDING_STATES:
        if not documents.has_changed(document, facts):
            return document
        documents.void(document=document, actor=actor, reason=reason)
        document = documents.request_document(
            kind=document.kind,
            session=document.session,
            enrolment=document.enrolment,
            company=document.company,
            agreement=document.agreement,
            variant=document.variant,
            actor=actor,
            facts=facts,
        )
    if document.state == DocumentState.ISSUED and documents.has_changed(document, facts):
        return documents.correct(document=document, actor=actor, reason=reason, facts=facts)
    return document
