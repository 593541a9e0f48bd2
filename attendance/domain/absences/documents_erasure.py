"""Supporting documents and what was said go once their time is up; the trace of them stays."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.models import AbsenceDocument, AbsenceNote
from core.domain import journal, private_files
from core.domain.transitions import lock
from training.domain.retention import sessions_past
from training.models import TrainingSession


def erase_past_retention(*, on: dt.date, actor: User | None = None) -> int:
    """Erase the files and the notes of sessions old enough; returns how many went.

    Dated rules `absence_document_days` and `absence_notes_days`, counted from the last half-day.
    Hash, dates and decisions of a document stay, and its page says when it was erased.
    """
    documents = AbsenceDocument.objects.filter(erased_at__isnull=True)
    notes = AbsenceNote.objects.filter(erased_at__isnull=True)
    with_documents = TrainingSession.objects.filter(
        enrolments__absence_follow_ups__documents__in=documents
    )
    with_notes = TrainingSession.objects.filter(enrolments__absence_follow_ups__notes__in=notes)
    erased = 0
    for session in sessions_past(with_documents, rule_code="absence_document_days", on=on):
        for document in documents.filter(follow_up__enrolment__session=session).order_by("pk"):
            _erase_document(document, session, actor)
            erased += 1
    for session in sessions_past(with_notes, rule_code="absence_notes_days", on=on):
        erased += _erase_notes(session, actor)
    return erased


def _erase_document(
    document: AbsenceDocument, session: TrainingSession, actor: User | None
) -> None:
    # The file first: should we stop in between, the next pass finds the row and ends the work.
    private_files.discard(document.key)
    with transaction.atomic():
        locked = lock(document)
        locked.key, locked.erased_at = "", timezone.now()
        locked.save(update_fields=["key", "erased_at"])
        journal.record(
            actor=actor, verb="absence.document_erased", subject=locked, session_id=session.pk
        )


def _erase_notes(session: TrainingSession, actor: User | None) -> int:
    with transaction.atomic():
        count = AbsenceNote.objects.filter(
            follow_up__enrolment__session=session, erased_at__isnull=True
        ).update(text="", erased_at=timezone.now())
        journal.record(
            actor=actor,
            verb="absence.notes_erased",
            subject=session,
            session_id=session.pk,
            details={"notes": count},
        )
    return count
