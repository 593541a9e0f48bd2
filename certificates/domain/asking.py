"""Documents that staff ask for by hand: with today's facts, for one person or for many."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import User
from certificates import kinds, mails
from certificates.domain import documents, renewal
from certificates.domain.contexts.agreement import customer_of
from certificates.domain.documents import About
from certificates.domain.facts import SessionFacts
from certificates.enums import DocumentState, FileRole, Subject
from certificates.models import Document
from training.domain import agreements, journal, outbox
from training.enums import AgreementState
from training.exceptions import DomainError
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


def ask(
    *, kind: str, about: About, actor: User | None, facts: SessionFacts | None = None
) -> tuple[Document, bool]:
    """The document with today's facts, and whether it was just asked for.

    The one in force is kept when nothing changed, superseded otherwise; one still in preparation
    on facts that changed is given up first. Raises `DomainError` as the context function does.
    """
    standing = documents.standing(kind=kind, about=about)
    if standing is not None and standing.state != DocumentState.FAILED:
        now = renewal.bring_up_to_date(
            document=standing,
            facts=facts or SessionFacts(about.session),
            actor=actor,
            reason=CHANGED,
        )
        return now, now.pk != standing.pk
    if standing is not None:
        documents.void(document=standing, actor=actor, reason=CHANGED)
    asked = documents.request_document(
        kind=kind,
        session=about.session,
        enrolment=about.enrolment,
        agreement=about.agreement,
        variant=about.variant,
        actor=actor,
        facts=facts,
    )
    return asked, True


def ask_for_people(
    *, kind: str, session: TrainingSession, enrolments: Iterable[Enrolment], actor: User | None
) -> Outcome:
    """Ask for a document of this kind for each person; one refusal does not stop the others."""
    facts, outcome = SessionFacts(session), Outcome()
    for enrolment in enrolments:
        about = About(session=session, enrolment=enrolment)
        try:
            document, is_new = ask(kind=kind, about=about, actor=actor, facts=facts)
            if is_new:
                outcome.asked.append(document)
            elif kinds.get(kind).sends_again and document.state == DocumentState.ISSUED:
                send_again(document=document, actor=actor)
                outcome.sent_again.append(document)
            else:
                outcome.kept.append(document)
        except DomainError as error:
            outcome.refused.append((str(enrolment.learner), error.message))
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
        outbox.send_to_learner(
            mail=mail, enrolment=document.enrolment, attachments=_attachments(document)
        )
        _journal_sent(document, actor)


def ask_for_agreement(*, kind: str, agreement: Agreement, actor: User | None) -> Document:
    """The convention, contract or quote of an agreement, with what it says today."""
    about = About(session=agreement.session, agreement=agreement)
    document, _is_new = ask(kind=kind, about=about, actor=actor)
    return document


def send_to_customer(*, document: Document, actor: User | None) -> None:
    """Send an agreement's document to whoever signs for the customer, and note it as sent.

    Without an address the message waits in the list of what staff deliver by hand.
    Raises `DomainError`: `not_in_force`, `document_outdated` (the agreement says otherwise now).
    """
    agreement = document.agreement
    if document.state != DocumentState.ISSUED or agreement is None:
        raise DomainError("Seul un document en vigueur s’envoie.", code="not_in_force")
    if documents.has_changed(document):
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
            session=agreement.session,
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
        session=document.session,
        details={"kind": document.kind, "number": document.number},
    )
