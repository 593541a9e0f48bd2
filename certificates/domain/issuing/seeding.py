"""Documents by the thousand, for measurements: right numbers and facts, a few shared files."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from django.db import transaction
from django.utils import timezone

from certificates import kinds
from certificates.domain import files
from certificates.domain.issuing import numbering
from certificates.domain.issuing.subjects import About
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.domain.rendering.freezing import freeze
from certificates.domain.sealing import records
from certificates.enums import DocumentState, FileRole
from certificates.kinds import DocumentKind
from certificates.models import Document, DocumentFile, DocumentSeal
from core.domain import journal
from core.domain.canonical import new_salt, salted_digest
from core.models import JournalEntry, JournalEntryDetails
from training.models import Enrolment, TrainingSession

if TYPE_CHECKING:
    from certificates.domain.sealing.pades import Sealed

#: A sealed file, of which each document keeps the seal, or bytes without one.
SharedFile: TypeAlias = "bytes | Sealed"


def bulk_issue(
    *,
    enrolments: Iterable[Enrolment],
    shared_pdf: SharedFile,
    kind: str = kinds.CERTIFICATE,
) -> list[Document]:
    """Issued documents of the enrolments, all on the same stored bytes, dated as their session.

    The enrolments come with session, programme, learner, employer and agreement. Those to whom
    nothing is due raise `DomainError`, as for one document.
    """
    facts_of: dict[int, DocumentFacts] = {}
    subjects: list[tuple[DocumentFacts, Enrolment | None]] = []
    for enrolment in enrolments:
        if enrolment.session_id not in facts_of:
            facts_of[enrolment.session_id] = DocumentFacts(enrolment.session)
        subjects.append((facts_of[enrolment.session_id], enrolment))
    return _issue(kinds.get(kind), subjects, shared_pdf)


def bulk_issue_sheets(
    *, sessions: Iterable[TrainingSession], shared_pdf: SharedFile
) -> list[Document]:
    """Issued attendance sheets of the sessions, all on the same stored bytes."""
    return _issue(
        kinds.get(kinds.ATTENDANCE_SHEET),
        [(DocumentFacts(session), None) for session in sessions],
        shared_pdf,
    )


def _issue(
    kind: DocumentKind,
    subjects: Sequence[tuple[DocumentFacts, Enrolment | None]],
    shared_pdf: SharedFile,
) -> list[Document]:
    if not subjects:
        return []
    drafts = [_draft(kind, facts, enrolment) for facts, enrolment in subjects]
    sealed = None if isinstance(shared_pdf, bytes) else shared_pdf
    content = shared_pdf if isinstance(shared_pdf, bytes) else shared_pdf.content
    stored = files.store(folder=kind.code, content=content)
    with transaction.atomic():
        if kind.is_numbered:
            _number(kind, drafts)
        documents = Document.objects.bulk_create(drafts, batch_size=500)
        written = DocumentFile.objects.bulk_create(
            (
                DocumentFile(
                    document=document,
                    role=FileRole.ISSUED,
                    key=stored.key,
                    sha256=stored.sha256,
                    size=stored.size,
                    stored_at=document.requested_at,
                )
                for document in documents
            ),
            batch_size=500,
        )
        if sealed is not None:
            DocumentSeal.objects.bulk_create(
                (records.seal_row(file=file, sealed=sealed) for file in written), batch_size=500
            )
        _write_journal(documents)
    return documents


def _draft(kind: DocumentKind, facts: DocumentFacts, enrolment: Enrolment | None) -> Document:
    issued_at = facts.session.completed_at or timezone.now()
    on = timezone.localdate(issued_at)
    return Document(
        kind=kind.code,
        session=facts.session,
        enrolment=enrolment,
        subject_key=About(session=facts.session, enrolment=enrolment).key,
        context=freeze(kind.context(facts=facts, enrolment=enrolment, on=on)),
        issued_on=on,
        state=DocumentState.ISSUED,
        requested_at=issued_at,
        issued_at=issued_at,
    )


def _number(kind: DocumentKind, drafts: Sequence[Document]) -> None:
    """Numbers of each year in the order of the dates."""
    by_year: dict[int, list[Document]] = defaultdict(list)
    for draft in sorted(drafts, key=lambda item: item.issued_on):
        by_year[draft.issued_on.year].append(draft)
    for year, of_year in by_year.items():
        given = numbering.take(kind=kind, on=dt.date(year, 1, 1), count=len(of_year))
        for draft, number in zip(of_year, given, strict=True):
            draft.year, draft.sequence, draft.number = number


def _write_journal(documents: Sequence[Document]) -> None:
    entries, details = [], []
    for document in documents:
        data = {"kind": document.kind, "number": document.number}
        salt = new_salt()
        entry = JournalEntry(
            at=document.requested_at,
            verb="document.issued",
            object_type=journal.type_of(Document),
            object_id=str(document.pk),
            session=document.session,
            to_state=document.state,
            details_digest=salted_digest(salt=salt, data=data),
        )
        entries.append(entry)
        details.append(JournalEntryDetails(entry=entry, salt=salt, data=data))
    JournalEntry.objects.bulk_create(entries, batch_size=500)
    JournalEntryDetails.objects.bulk_create(details, batch_size=500)
