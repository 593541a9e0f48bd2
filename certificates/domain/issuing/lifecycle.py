"""The life of a document once it is asked for: issued, retried, revoked, or its number voided.

Number and queued row in one short transaction, the rendering outside any, the result in another:
a crash in between leaves a queued document that the sweep of jobs issues later, never a hole.
"""

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates import kinds
from certificates.domain import files
from certificates.domain.rendering import engine
from certificates.domain.sealing import records
from certificates.enums import DocumentState, FileRole
from certificates.exceptions import RenderingFailed
from certificates.models import Document, DocumentFile
from core.domain import jobs
from core.domain.transitions import change_state, lock, required_reason
from core.exceptions import TransitionRefused
from training.domain.correspondence import write_to_learner

if TYPE_CHECKING:
    from certificates.domain.sealing.pades import Sealed

logger = logging.getLogger(__name__)

ISSUE_TASK = "certificates.tasks.issue_document"
JOB_KIND = "document"


def enqueue(*, document: Document, actor: User | None) -> None:
    """Write the job that issues the document, in the caller's transaction."""
    jobs.enqueue(task=ISSUE_TASK, kind=JOB_KIND, subject_id=str(document.pk), actor=actor, total=1)


def issue(*, document_id: int, is_last_attempt: bool = True) -> Document:
    """Render a queued document, store its bytes, mark it issued, write to its learner. Idempotent.

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
        content = engine.render(document)
        sealed = _seal(document, content)
        stored = files.store(folder=document.kind, content=sealed.content if sealed else content)
        return _record(document, stored, sealed)
    except TransitionRefused:
        # Issued by another worker, or voided by a person, while this one was rendering.
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
    from certificates.domain.sealing import pades  # noqa: PLC0415  slow: sealing.keys

    return pades.seal(content)


def _record(
    document: Document, stored: files.StoredBytes, sealed: "Sealed | None" = None
) -> Document:
    """Write down, in one transaction, that the file exists; or take the file away again."""
    mail_for, enrolment = kinds.get(document.kind).mail, document.enrolment
    has_reader = enrolment is not None and enrolment.learner is not None
    mail = mail_for(document) if mail_for and has_reader else None
    try:
        with transaction.atomic():
            if document.supersedes is not None:
                _supersede(document.supersedes, by=document)
            change_state(
                row=document,
                to=DocumentState.ISSUED,
                actor=document.requested_by,
                verb="document.issued",
                stamps={"issued_at": timezone.now(), "failure": ""},
                session_id=document.session_id,
            )
            file = DocumentFile.objects.create(
                document=document,
                role=FileRole.ISSUED,
                key=stored.key,
                sha256=stored.sha256,
                size=stored.size,
            )
            if sealed is not None:
                records.seal_row(file=file, sealed=sealed).save()
            if mail is not None and enrolment is not None:
                write_to_learner(
                    mail=mail,
                    enrolment=enrolment,
                    attachments=[{"name": document.file_name, "key": stored.key}],
                    dedupe_key=f"document:{document.uuid}",
                )
    except BaseException:
        files.discard(stored.key)
        raise
    return document


def _supersede(old: Document, *, by: Document) -> None:
    """The old document gives way, unless it was revoked while the new one was being rendered."""
    if lock(old).state != DocumentState.ISSUED:
        return
    change_state(
        row=old,
        to=DocumentState.SUPERSEDED,
        actor=by.requested_by,
        verb="document.superseded",
        stamps={"superseded_at": timezone.now()},
        session_id=old.session_id,
    )


def give_up(*, document_id: int, sentence: str) -> None:
    """A document that nothing could render is marked failed, with the sentence that says why."""
    document = Document.objects.select_related("session").get(pk=document_id)
    if document.state == DocumentState.QUEUED:
        _mark_failed(document, sentence)


def _mark_failed(document: Document, sentence: str) -> None:
    logger.warning("Document %s (%s) failed: %s", document.uuid, document.kind, sentence)
    change_state(
        row=document,
        to=DocumentState.FAILED,
        actor=document.requested_by,
        verb="document.failed",
        stamps={"failure": sentence[:500]},
        session_id=document.session_id,
    )


def retry(*, document: Document, actor: User | None) -> Document:
    """Put a failed document back in the queue, with the same facts and the same number."""
    with transaction.atomic():
        queued = change_state(
            row=document,
            to=DocumentState.QUEUED,
            actor=actor,
            verb="document.retried",
            stamps={"failure": ""},
            session_id=document.session_id,
        )
        enqueue(document=queued, actor=actor)
    return queued


def void(*, document: Document, actor: User | None, reason: str) -> Document:
    """Give up a document that was never issued; its number stays in the register, explained."""
    reason = required_reason(reason, at_most=255)
    return change_state(
        row=document,
        to=DocumentState.VOIDED,
        actor=actor,
        verb="document.voided",
        stamps={"voided_at": timezone.now(), "reason": reason},
        reason=reason,
        session_id=document.session_id,
    )


def revoke(*, document: Document, actor: User | None, reason: str) -> Document:
    """Withdraw an issued document; its verification page says since when."""
    reason = required_reason(reason, at_most=255)
    return change_state(
        row=document,
        to=DocumentState.REVOKED,
        actor=actor,
        verb="document.revoked",
        stamps={"revoked_at": timezone.now(), "reason": reason},
        reason=reason,
        session_id=document.session_id,
    )
