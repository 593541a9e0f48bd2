"""The life of a document: asked for, issued, corrected, revoked, or its number voided.

Number and queued row in one short transaction, the drawing outside any, the result in another:
a crash in between leaves a queued document that the sweep of jobs issues later, never a hole.
"""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates import kinds
from certificates.domain import files, look, numbers, rendering, seals
from certificates.domain.facts import SessionFacts, freeze, today
from certificates.enums import TRANSITIONS, DocumentState, FileRole
from certificates.exceptions import RenderingFailed
from certificates.models import Document, DocumentFile
from training.domain import jobs, journal, outbox
from training.domain.transitions import change_state, lock, required_reason
from training.exceptions import DomainError, TransitionRefused
from training.models import Agreement, Company, Enrolment, TrainingSession

if TYPE_CHECKING:
    from certificates.domain.sealing import Sealed

logger = logging.getLogger(__name__)

ISSUE_TASK = "certificates.tasks.issue_document"
JOB_KIND = "document"


# --- Asking ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class About:
    """What a document is about: a session, somebody or a company's people in it, an agreement."""

    session: TrainingSession | None
    enrolment: Enrolment | None = None
    company: Company | None = None
    agreement: Agreement | None = None
    variant: str = ""

    @classmethod
    def of(cls, document: Document) -> "About":
        """What an existing document is about."""
        return cls(
            session=document.session,
            enrolment=document.enrolment,
            company=document.company,
            agreement=document.agreement,
            variant=document.variant,
        )

    @property
    def key(self) -> str:
        """The same, as one key."""
        return subject_key(
            session=self.session,
            enrolment=self.enrolment,
            company=self.company,
            agreement=self.agreement,
            variant=self.variant,
        )

    def lock(self) -> None:
        """Let one transaction at a time ask for documents of the session or the agreement."""
        row = self.session or self.agreement
        if row is None:
            raise ValueError("A document is about a session or an agreement.")
        lock(row)

    def context(self, kind: str, facts: SessionFacts | None) -> tuple[dict[str, object], dt.date]:
        """Today's facts for this kind, frozen, and the day."""
        spec, on = kinds.get(kind), today()
        more: dict[str, object] = {}
        if self.agreement is not None:
            more["agreement"] = self.agreement
        if self.company is not None:
            more["company"] = self.company
        if spec.has_variants:
            more["variant"] = self.variant
        found = spec.context(
            facts=facts or SessionFacts(self.session), enrolment=self.enrolment, on=on, **more
        )
        return freeze(found), on


def request_document(
    *,
    kind: str,
    session: TrainingSession | None,
    enrolment: Enrolment | None = None,
    company: Company | None = None,
    agreement: Agreement | None = None,
    variant: str = "",
    actor: User | None,
    facts: SessionFacts | None = None,
) -> Document:
    """Ask for a document; the one in force or in preparation for the same subject is returned.

    The facts are frozen, the number taken, the row queued and its job written, all at once.
    Raises `DomainError` when the facts do not allow it (see the context function of the kind).
    `facts` spares reading the session again for each of its documents.
    """
    about = About(
        session=session,
        enrolment=enrolment,
        company=company,
        agreement=agreement,
        variant=variant,
    )
    known = _standing(kind, about.key)
    if known is not None:
        return known
    context, on = about.context(kind, facts)
    with transaction.atomic():
        about.lock()
        # Somebody else may have asked between the first look and the lock.
        known = _standing(kind, about.key)
        if known is not None:
            return known
        return _queue(kind=kind, about=about, context=context, on=on, actor=actor)


def subject_key(
    *,
    session: TrainingSession | None = None,
    enrolment: Enrolment | None = None,
    company: Company | None = None,
    agreement: Agreement | None = None,
    variant: str = "",
) -> str:
    """What a document is about, as one key."""
    if enrolment:
        key = f"enrolment:{enrolment.pk}"
    elif agreement:
        key = f"agreement:{agreement.pk}"
    else:
        key = f"session:{session.pk}" + (f":company:{company.pk}" if company else "")
    return f"{key}:{variant}" if variant else key


def correct(
    *, document: Document, actor: User | None, reason: str, facts: SessionFacts | None = None
) -> Document:
    """Issue anew with today's facts; the old document is superseded when the new one is there.

    Raises `DomainError`: `nothing_to_correct` when the facts are the same, `not_in_force`,
    `already_queued`, `reason_required`.
    """
    reason = required_reason(reason, at_most=255)
    about = About.of(document)
    context, on = about.context(document.kind, facts)
    with transaction.atomic():
        about.lock()
        locked = lock(document)
        if locked.state != DocumentState.ISSUED:
            raise DomainError(
                "Seul un document émis et en vigueur se corrige.", code="not_in_force"
            )
        if locked.context == context:
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


def has_changed(document: Document, facts: SessionFacts | None = None) -> bool:
    """Whether today's facts differ from those frozen in the document, whatever it looks like."""
    context, _on = About.of(document).context(document.kind, facts)
    return look.without(context) != look.without(document.context)


def standing(*, kind: str, about: About) -> Document | None:
    """The document of a kind about a subject: in preparation, else in force; None when neither."""
    return _standing(kind, about.key)


def _standing(kind: str, key: str) -> Document | None:
    return (
        Document.objects.filter(
            kind=kind,
            subject_key=key,
            state__in=[DocumentState.QUEUED, DocumentState.FAILED, DocumentState.ISSUED],
        )
        .order_by("-pk")
        .first()
    )


def _queue(
    *,
    kind: str,
    about: About,
    context: dict[str, object],
    on: dt.date,
    actor: User | None,
    supersedes: Document | None = None,
    reason: str = "",
) -> Document:
    """Take the number, write the row, its journal line and its job, in the caller's transaction."""
    spec = kinds.get(kind)
    number = numbers.take(kind=spec, on=on)[0] if spec.is_numbered else None
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
        session=about.session,
        to_state=document.state,
        details=details,
    )
    _enqueue(document, actor)
    return document


def _enqueue(document: Document, actor: User | None) -> None:
    jobs.enqueue(task=ISSUE_TASK, kind=JOB_KIND, subject_id=str(document.pk), actor=actor, total=1)


# --- Issuing --------------------------------------------------------------------------------------


def issue(*, document_id: int, is_last_attempt: bool = True) -> Document:
    """Draw a queued document, store its bytes, mark it issued, write to its learner. Idempotent.

    Raises `RenderingFailed` once the document is marked failed; any other exception leaves it
    queued for another attempt, unless `is_last_attempt`.
    """
    document = Document.objects.select_related(
        "session__programme_version",
        "enrolment__learner",
        "enrolment__session",
        "agreement",
        "supersedes",
    ).get(pk=document_id)
    if document.state != DocumentState.QUEUED:
        return document
    try:
        content = rendering.render(document)
        sealed = _seal(document, content)
        stored = files.store(folder=document.kind, content=sealed.content if sealed else content)
        return _record(document, stored, sealed)
    except TransitionRefused:
        # Issued by another worker, or voided by a person, while this one was drawing.
        return Document.objects.get(pk=document_id)
    except RenderingFailed as error:
        _mark_failed(document, error.message)
        raise
    except Exception as error:
        if is_last_attempt:
            _mark_failed(document, f"Erreur inattendue ({type(error).__name__}).")
        raise


def _seal(document: Document, content: bytes) -> "Sealed | None":
    if not kinds.get(document.kind).is_sealed_at_issue:
        return None
    from certificates.domain import sealing  # see seal_keys: slow to import

    return sealing.seal(content)


def _record(
    document: Document, stored: files.StoredBytes, sealed: "Sealed | None" = None
) -> Document:
    """Write down, in one transaction, that the file exists; or take the file away again."""
    mail_for = kinds.get(document.kind).mail
    has_reader = document.enrolment is not None and document.enrolment.learner is not None
    mail = mail_for(document) if mail_for and has_reader else None
    try:
        with transaction.atomic():
            if document.supersedes is not None:
                _supersede(document.supersedes, by=document)
            change_state(
                row=document,
                to=DocumentState.ISSUED,
                table=TRANSITIONS,
                actor=document.requested_by,
                verb="document.issued",
                stamps={"issued_at": timezone.now(), "failure": ""},
                session=document.session,
            )
            file = DocumentFile.objects.create(
                document=document,
                role=FileRole.ISSUED,
                key=stored.key,
                sha256=stored.sha256,
                size=stored.size,
            )
            if sealed is not None:
                seals.seal_row(file=file, sealed=sealed).save()
            if mail is not None:
                outbox.send_to_learner(
                    mail=mail,
                    enrolment=document.enrolment,
                    attachments=[{"name": document.file_name, "key": stored.key}],
                    dedupe_key=f"document:{document.uuid}",
                )
    except BaseException:
        files.discard(stored.key)
        raise
    return document


def _supersede(old: Document, *, by: Document) -> None:
    """The old document gives way, unless it was revoked while the new one was being drawn."""
    if lock(old).state != DocumentState.ISSUED:
        return
    change_state(
        row=old,
        to=DocumentState.SUPERSEDED,
        table=TRANSITIONS,
        actor=by.requested_by,
        verb="document.superseded",
        stamps={"superseded_at": timezone.now()},
        session=old.session,
    )


def give_up(*, document_id: int, sentence: str) -> None:
    """A document that nothing could draw is marked failed, with the sentence that says why."""
    document = Document.objects.select_related("session").get(pk=document_id)
    if document.state == DocumentState.QUEUED:
        _mark_failed(document, sentence)


def _mark_failed(document: Document, sentence: str) -> None:
    logger.warning("Document %s (%s) failed: %s", document.uuid, document.kind, sentence)
    change_state(
        row=document,
        to=DocumentState.FAILED,
        table=TRANSITIONS,
        actor=document.requested_by,
        verb="document.failed",
        stamps={"failure": sentence[:500]},
        session=document.session,
    )


# --- Mending --------------------------------------------------------------------------------------


def retry(*, document: Document, actor: User | None) -> Document:
    """Put a failed document back in the queue, with the same facts and the same number."""
    with transaction.atomic():
        queued = change_state(
            row=document,
            to=DocumentState.QUEUED,
            table=TRANSITIONS,
            actor=actor,
            verb="document.retried",
            stamps={"failure": ""},
            session=document.session,
        )
        _enqueue(queued, actor)
    return queued


def void(*, document: Document, actor: User | None, reason: str) -> Document:
    """Give up a document that was never issued; its number stays in the register, explained."""
    reason = required_reason(reason, at_most=255)
    return change_state(
        row=document,
        to=DocumentState.VOIDED,
        table=TRANSITIONS,
        actor=actor,
        verb="document.voided",
        stamps={"voided_at": timezone.now(), "reason": reason},
        reason=reason,
        session=document.session,
    )


def revoke(*, document: Document, actor: User | None, reason: str) -> Document:
    """Withdraw an issued document; its verification page says since when."""
    reason = required_reason(reason, at_most=255)
    return change_state(
        row=document,
        to=DocumentState.REVOKED,
        table=TRANSITIONS,
        actor=actor,
        verb="document.revoked",
        stamps={"revoked_at": timezone.now(), "reason": reason},
        reason=reason,
        session=document.session,
    )
