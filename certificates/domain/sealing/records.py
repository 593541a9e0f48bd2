"""The seals of documents: written down with the file, put on signed files, read again."""

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from certificates import kinds
from certificates.domain import files
from certificates.enums import DocumentState, FileRole, SignedBy
from certificates.models import Document, DocumentFile, DocumentSeal
from core.domain import journal
from core.domain.transitions import lock
from core.exceptions import DomainError

if TYPE_CHECKING:
    from certificates.domain.sealing.pades import Sealed


def seal_row(*, file: DocumentFile, sealed: "Sealed") -> DocumentSeal:
    """The row, not saved yet, of the seal that a stored file carries."""
    return DocumentSeal(
        document=file.document,
        file=file,
        subject=sealed.subject[:255],
        serial=sealed.serial,
        fingerprint=sealed.fingerprint,
        is_demonstration=sealed.is_demonstration,
        timestamp_state=sealed.timestamp_state,
        timestamped_at=sealed.timestamped_at,
        timestamp_authority=sealed.timestamp_authority[:255],
        timestamp_failure=sealed.timestamp_failure[:255],
    )


def seal_signed(*, document: Document, signed_pdf: bytes, actor: User | None) -> DocumentFile:
    """Seal, once, the file that both parties have signed, and keep it beside the issued one.

    `signed_pdf` is the issued file with its page of evidence: what signatories saw is the hash of
    the issued file. Raises `DomainError`: `not_signed_by_both` for a kind that the organisation
    signs alone, `not_in_force`, `already_sealed`; `SealingFailed`.
    """
    from certificates.domain.sealing import pades  # noqa: PLC0415  slow: sealing.keys

    if kinds.get(document.kind).signed_by != SignedBy.BOTH:
        raise DomainError("Ce document est scellé dès son émission.", code="not_signed_by_both")
    _refuse_if_sealed(document)
    sealed = pades.seal(signed_pdf)
    stored = files.store(folder=document.kind, content=sealed.content)
    try:
        with transaction.atomic():
            locked = lock(document)
            _refuse_if_sealed(locked)
            file = DocumentFile.objects.create(
                document=locked,
                role=FileRole.SIGNED,
                key=stored.key,
                sha256=stored.sha256,
                size=stored.size,
            )
            seal_row(file=file, sealed=sealed).save()
            journal.record(
                actor=actor,
                verb="document.sealed",
                subject=locked,
                session_id=locked.session_id,
                details={"sha256": stored.sha256},
            )
    except BaseException:
        files.discard(stored.key)
        raise
    return file


def _refuse_if_sealed(document: Document) -> None:
    if document.state != DocumentState.ISSUED:
        raise DomainError("Seul un document émis et en vigueur se scelle.", code="not_in_force")
    if DocumentSeal.objects.filter(document=document).exists():
        raise DomainError(
            "Ce document est déjà scellé : il ne l’est qu’une fois.", code="already_sealed"
        )
