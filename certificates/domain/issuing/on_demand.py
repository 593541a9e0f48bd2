"""Documents that staff ask for by hand: with today's facts, for one person or for many."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import User
from certificates import kinds, mails
from certificates.domain.issuing import requests
from certificates.domain.issuing.subjects import About
from certificates.domain.kinds.agreement import customer_of
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.enums import DocumentState, FileRole, Subject
from certificates.models import Document
from core.domain import journal, outbox
from core.exceptions import DomainError
from training.domain import agreements
from training.domain.correspondence import write_to_learner
from training.enums import AgreementState
from training.models import Agreement, Contact, Enrolment, TrainingSession

CHANGED = "Les informations ont changé depuis l’émission"


@dataclass(kw_only=True)
class Outcome:
    """What became of a request for several people."""

    #: New, or new version of one that had changed.
    asked: list[Document] = field(default_factory=list)
    #: Unchanged, sent once more.
    sent_again: list[Document] = field(default_factory=list)
    #: Unchanged or already in preparation: nothing to do.
    kept: list[Document] = field(default_factory=list)
    #: (name, why not)
    refused: list[tuple[str, str]] = field(default_factory=list)


def offered_for_people() -> list[kinds.DocumentKind]:
    """The kinds that staff ask for, person by person, on the page of a session."""
    return [kind for kind in kinds.every() if kind.on_demand and kind.per_enrolment]


def prints_of_session() -> list[kinds.DocumentKind]:
    """The plain prints of a session."""
    return [kind for kind in kinds.every() if not kind.is_proof and kind.about == Subject.SESSION]


def ask_for_people(
    *, kind: str, session: TrainingSession, enrolments: Iterable[Enrolment], actor: User | None
) -> Outcome:
    """Ask for a document of this kind for each person; one refusal does not stop the others."""
    facts, outcome = DocumentFacts(session), Outcome()
    for enrolment in enrolments:
        about = About(session=session, enrolment=enrolment)
        try:
            document, is_new = requests.up_to_date(
                kind=kind, about=about, actor=actor, reason=CHANGED, facts=facts
            )
            if is_new:
                outcome.asked.append(document)
            elif kinds.get(kind).sends_again and document.state == DocumentState.ISSUED:
                send_again(document=document, actor=actor)
                outcome.sent_again.append(document)
            else:
                outcome.kept.append(document)
        except DomainError as error:
            outcome.refused.append((about.person, error.message))
    return outcome


def send_again(*, document: Document, actor: User | None) -> None:
    """Write once more to the learner, with the file as it was issued.

    Raises `DomainError` (`not_in_force`) for a document that is not, or no longer, in force.
    """
    compose = kinds.get(document.kind).mail
    if document.state != DocumentState.ISSUED or compose is None or document.enrolment is None:
        raise DomainError("Seul un document en vigueur s’envoie.", code="not_in_force")
    mail = compose(document)
    with transaction.atomic():
        write_to_learner(
            mail=mail, enrolment=document.enrolment, attachments=_attachments(document)
        )
        _journal_sent(document, actor)


def ask_for_agreement(*, kind: str, agreement: Agreement, actor: User | None) -> Document:
    """The convention, contract or quote of an agreement, with what it says today."""
    about = About(session=agreement.session, agreement=agreement)
    document, _is_new = requests.up_to_date(kind=kind, about=about, actor=actor, reason=CHANGED)
    return document


def send_to_customer(*, document: Document, actor: User | None) -> None:
    """Send an agreement's document to the person who signs for the customer, and note it as sent.

    Without an address the message waits in the list of what staff deliver by hand.
    Raises `DomainError`: `not_in_force`, `document_outdated` (the agreement says otherwise now).
    """
    agreement = document.agreement
    if document.state != DocumentState.ISSUED or agreement is None:
        raise DomainError("Seul un document en vigueur s’envoie.", code="not_in_force")
    if requests.has_changed(document):
        raise DomainError(
            "L’accord a changé depuis ce document : préparez-le de nouveau avant de l’envoyer.",
            code="document_outdated",
        )
    to_email, to_name = _recipient(agreement)
    mail = mails.agreement_document(document, to_name)
    with transaction.atomic():
        outbox.send(
            mail=mail,
            to_email=to_email,
            to_name=to_name,
            session_id=agreement.session_id,
            attachments=_attachments(document),
        )
        if agreement.state == AgreementState.DRAFT and document.kind != kinds.QUOTE:
            agreements.mark_sent(agreement=agreement, actor=actor)
        _journal_sent(document, actor)


def _recipient(agreement: Agreement) -> tuple[str, str]:
    """Address and name of who signs; failing an address of theirs, of who follows the file."""
    if agreement.learner:
        return agreement.learner.email, str(agreement.learner)
    if agreement.company:
        contacts = Contact.objects.filter(company=agreement.company).order_by(
            "-is_signatory", "-is_administration", "pk"
        )
        for contact in contacts:
            if contact.email:
                return contact.email, contact.name
    return "", customer_of(agreement)["signer"] or agreement.customer_name


def _attachments(document: Document) -> list[outbox.Attachment]:
    stored = document.files.filter(role=FileRole.ISSUED).get()
    return [{"name": document.file_name, "key": stored.key}]


def _journal_sent(document: Document, actor: User | None) -> None:
    journal.record(
        actor=actor,
        verb="document.sent",
        subject=document,
        session_id=document.session_id,
        details={"kind": document.kind, "number": document.number},
    )
