"""Asking for a document, and the one decision: the same document, or a new version of it?"""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import User
from certificates import kinds
from certificates.domain.issuing import lifecycle, numbering
from certificates.domain.issuing.subjects import About
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.domain.rendering import branding
from certificates.domain.rendering.freezing import lasting
from certificates.enums import PENDING_STATES, DocumentState
from certificates.models import Document
from core.domain import journal
from core.domain.transitions import lock, required_reason
from core.exceptions import DomainError


def request_document(
    *, kind: str, about: About, actor: User | None, facts: DocumentFacts | None = None
) -> Document:
    """Ask for a document; the one in force or in preparation for the same subject is returned.

    The facts are frozen, the number taken, the row queued and its job written, all at once.
    Raises `DomainError` when the facts do not allow it (see the context function of the kind).
    `facts` spares reading the session again for each of its documents.
    """
    known = current(kind=kind, about=about)
    if known is not None:
        return known
    context, on = about.freeze(kind, facts)
    return _request(kind=kind, about=about, context=context, on=on, actor=actor)


def up_to_date(
    *, kind: str, about: About, actor: User | None, reason: str, facts: DocumentFacts | None = None
) -> tuple[Document, bool]:
    """The document whose facts are those of today, and whether it was asked for just now.

    The one place where *the same document, or a new version of it?* is decided:

    - nothing there: it is asked for;
    - in force, or in preparation, on the same facts: that one, whatever it looks like;
    - failed on the very same facts: that one, tried again under its number;
    - in preparation or failed on other facts: given up, with `reason`, then as if not there;
    - in force on other facts: a new version, which supersedes it with `reason`.

    Raises `DomainError` as `request_document` and `correct`.
    """
    document = current(kind=kind, about=about)
    context, on = about.freeze(kind, facts)
    if document is not None and document.state in PENDING_STATES:
        if document.state == DocumentState.FAILED and lasting(document.context) == lasting(context):
            return lifecycle.retry(document=document, actor=actor), True
        if document.state == DocumentState.QUEUED and _says_the_same(document, context):
            return document, False
        lifecycle.void(document=document, actor=actor, reason=reason)
        # The one in force, where what was given up was to take its place.
        document = current(kind=kind, about=about)
    if document is None:
        return _request(kind=kind, about=about, context=context, on=on, actor=actor), True
    if document.state == DocumentState.ISSUED and not _says_the_same(document, context):
        new = _replace(document, about, context=context, on=on, actor=actor, reason=reason)
        return new, True
    return document, False


def correct(
    *, document: Document, actor: User | None, reason: str, facts: DocumentFacts | None = None
) -> Document:
    """Issue anew with today's facts; the old document is superseded when the new one is there.

    Unlike `up_to_date`, another look alone is enough: staff asked for it. Raises `DomainError`:
    `nothing_to_correct` when the facts are the same, `not_in_force`, `already_queued`,
    `reason_required`.
    """
    about = About.of(document)
    context, on = about.freeze(document.kind, facts)
    return _replace(document, about, context=context, on=on, actor=actor, reason=reason)


def has_changed(document: Document, facts: DocumentFacts | None = None) -> bool:
    """Whether today's facts differ from those frozen in the document, whatever it looks like."""
    context, _on = About.of(document).freeze(document.kind, facts)
    return not _says_the_same(document, context)


def current(*, kind: str, about: About) -> Document | None:
    """The document of a kind about a subject: in preparation, else in force; None when neither."""
    return (
        Document.objects.current().filter(kind=kind, subject_key=about.key).order_by("-pk").first()
    )


def _says_the_same(document: Document, context: dict[str, Any]) -> bool:
    return branding.without(lasting(document.context)) == branding.without(lasting(context))


def _request(
    *, kind: str, about: About, context: dict[str, Any], on: dt.date, actor: User | None
) -> Document:
    with transaction.atomic():
        about.lock()
        # Another user may have asked between the first look and the lock.
        known = current(kind=kind, about=about)
        if known is not None:
            return known
        return _queue(kind=kind, about=about, context=context, on=on, actor=actor)


def _replace(
    document: Document,
    about: About,
    *,
    context: dict[str, Any],
    on: dt.date,
    actor: User | None,
    reason: str,
) -> Document:
    reason = required_reason(reason, at_most=255)
    with transaction.atomic():
        about.lock()
        locked = lock(document)
        if locked.state != DocumentState.ISSUED:
            raise DomainError(
                "Seul un document émis et en vigueur se corrige.", code="not_in_force"
            )
        if lasting(locked.context) == lasting(context):
            raise DomainError(
                "Rien n’a changé depuis l’émission : corrigez d’abord la fiche concernée.",
                code="nothing_to_correct",
            )
        if Document.objects.pending().filter(supersedes=locked).exists():
            raise DomainError(
                "Une nouvelle version est déjà en préparation.", code="already_queued"
            )
        return _queue(
            kind=document.kind,
            about=about,
            context=context,
            on=on,
            actor=actor,
            supersedes=locked,
            reason=reason,
        )


def _queue(
    *,
    kind: str,
    about: About,
    context: dict[str, Any],
    on: dt.date,
    actor: User | None,
    supersedes: Document | None = None,
    reason: str = "",
) -> Document:
    """Take the number, write the row, its journal line and its job, in the caller's transaction."""
    spec = kinds.get(kind)
    number = numbering.take(kind=spec, on=on)[0] if spec.is_numbered else None
    document = Document.objects.create(
        kind=kind,
        year=number.year if number else None,
        sequence=number.sequence if number else None,
        number=number.text if number else "",
        version=supersedes.version + 1 if supersedes else 1,
        session=about.session,
        enrolment=about.enrolment,
        company=about.company,
        agreement=about.agreement,
        variant=about.variant,
        subject_key=about.key,
        context=context,
        issued_on=on,
        supersedes=supersedes,
        requested_by=actor,
    )
    details = {"kind": kind, "number": document.number}
    if reason:
        details["reason"] = reason
    journal.record(
        actor=actor,
        verb="document.requested",
        subject=document,
        session_id=about.session_id,
        to_state=document.state,
        details=details,
    )
    lifecycle.enqueue(document=document, actor=actor)
    return document
