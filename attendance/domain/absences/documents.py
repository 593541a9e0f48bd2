"""Supporting documents of absences: asked for, received, checked. Their files may speak of health.

They stay in the private storage under keys that name no one, open to a permission of their own,
and go neither in a pack nor on a sheet.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance import mails
from attendance.domain.absences.moves import move, refuse_if_closed
from attendance.enums import AbsenceDocumentState, FollowUpState
from attendance.models import AbsenceDocument, AbsenceFollowUp
from core.domain import journal, private_files
from core.domain.rules import rule
from core.domain.transitions import change_state, lock, required_reason
from core.exceptions import DomainError
from training.domain.correspondence import write_to_learner

FOLDER = "absence"
#: More is a mistake, or a person filling the disk.
MAX_DOCUMENTS = 6


def ask_document(*, follow_up: AbsenceFollowUp, actor: User | None) -> AbsenceFollowUp:
    """Ask the person for a supporting document, within a number of days (dated rule).

    They are written to, by the channel that they prefer: they may deposit it from their own
    space, or post it. Raises `TransitionRefused` when it is asked for already, or there.
    """
    today = timezone.localdate()
    due_on = today + dt.timedelta(days=rule("absence_document_due_days", on=today))
    with transaction.atomic():
        locked = move(
            follow_up=follow_up,
            to=FollowUpState.AWAITED,
            verb="absence.document_asked",
            actor=actor,
            stamps={"asked_at": timezone.now(), "due_on": due_on, "reminded_at": None},
        )
        message = write_to_learner(
            mail=mails.absence_document_asked(locked), enrolment=locked.enrolment
        )
        locked.messages.add(message)
    return locked


def may_deposit(follow_up: AbsenceFollowUp) -> bool:
    """Whether the person may still deposit something from their own space."""
    return (
        follow_up.state in {FollowUpState.AWAITED, FollowUpState.TO_CHECK}
        and follow_up.due_on is not None
        and timezone.localdate() <= follow_up.due_on
    )


def deposit(
    *,
    follow_up: AbsenceFollowUp,
    content: bytes,
    actor: User | None,
    by_learner: bool,
) -> AbsenceDocument:
    """Keep a document that the person deposits, or that the office received by post.

    PDF, JPEG or PNG, 15 MiB at most, six files at most; the same file again is the same
    document. The person themself must be within the delay they were given; the office need not.
    Raises `DomainError`: `deposit_over`, `follow_up_closed`, `too_many_documents`,
    `file_empty`, `file_too_big`, `file_wrong_type`.
    """
    _refuse_deposit(follow_up, by_learner=by_learner)
    kept = private_files.keep(content=content, folder=FOLDER, accepted=private_files.PDF_JPEG_PNG)
    try:
        with transaction.atomic():
            locked = lock(follow_up)
            _refuse_deposit(locked, by_learner=by_learner)
            document, created = AbsenceDocument.objects.get_or_create(
                follow_up=locked,
                sha256=kept.sha256,
                defaults={
                    "key": kept.key,
                    "media_type": kept.media_type,
                    "size": kept.size,
                    "received_by": actor,
                    "by_learner": by_learner,
                },
            )
            if created:
                _receive(locked, document, actor)
    except DomainError:
        private_files.discard(kept.key)
        raise
    if not created:
        private_files.discard(kept.key)
    follow_up.refresh_from_db(fields=["state"])
    return document


def accept_document(*, document: AbsenceDocument, actor: User | None) -> AbsenceDocument:
    """Staff have read the document: it shows what it should. The outcome is still theirs to say."""
    with transaction.atomic():
        follow_up = lock(document.follow_up)
        refuse_if_closed(follow_up)
        decided = _decide(document, AbsenceDocumentState.ACCEPTED, actor)
        if not _waiting(follow_up) and follow_up.state == FollowUpState.TO_CHECK:
            move(
                follow_up=follow_up,
                to=FollowUpState.CHECKED,
                verb="absence.document_checked",
                actor=actor,
            )
    return decided


def refuse_document(
    *, document: AbsenceDocument, reason: str, actor: User | None
) -> AbsenceDocument:
    """The document does not do; the person is notified why, in these words.

    Raises `DomainError`: `reason_required`, `follow_up_closed`.
    """
    reason = required_reason(reason, at_most=255)
    with transaction.atomic():
        follow_up = lock(document.follow_up)
        refuse_if_closed(follow_up)
        decided = _decide(document, AbsenceDocumentState.REFUSED, actor, refusal=reason)
        if not _waiting(follow_up) and follow_up.state == FollowUpState.TO_CHECK:
            accepted = follow_up.documents.filter(state=AbsenceDocumentState.ACCEPTED).exists()
            move(
                follow_up=follow_up,
                to=FollowUpState.CHECKED if accepted else FollowUpState.OPEN,
                verb="absence.document_checked" if accepted else "absence.to_document",
                actor=actor,
            )
        message = write_to_learner(
            mail=mails.absence_document_refused(follow_up, reason), enrolment=follow_up.enrolment
        )
        follow_up.messages.add(message)
    return decided


def note_reading(*, document: AbsenceDocument, actor: User | None) -> None:
    """A person opened the file: the journal keeps who and when."""
    journal.record(
        actor=actor,
        verb="absence.document_read",
        subject=document,
        session_id=document.follow_up.enrolment.session_id,
    )


# --- Helpers --------------------------------------------------------------------------------------


def _refuse_deposit(follow_up: AbsenceFollowUp, *, by_learner: bool) -> None:
    refuse_if_closed(follow_up)
    if by_learner and not may_deposit(follow_up):
        raise DomainError(
            "Le délai pour déposer ce justificatif est passé : écrivez-nous, nous trouverons "
            "une solution.",
            code="deposit_over",
        )
    if follow_up.documents.count() >= MAX_DOCUMENTS:
        raise DomainError(
            "Six fichiers sont déjà déposés : c’est le maximum. Écrivez-nous s’il en manque un.",
            code="too_many_documents",
        )


def _receive(follow_up: AbsenceFollowUp, document: AbsenceDocument, actor: User | None) -> None:
    journal.record(
        actor=actor,
        verb="absence.document_received",
        subject=document,
        session_id=follow_up.enrolment.session_id,
        details={"by_learner": document.by_learner},
    )
    if follow_up.state != FollowUpState.TO_CHECK:
        move(
            follow_up=follow_up,
            to=FollowUpState.TO_CHECK,
            verb="absence.document_to_check",
            actor=actor,
        )


def _waiting(follow_up: AbsenceFollowUp) -> bool:
    return follow_up.documents.filter(state=AbsenceDocumentState.RECEIVED).exists()


def _decide(
    document: AbsenceDocument, to: str, actor: User | None, *, refusal: str = ""
) -> AbsenceDocument:
    return change_state(
        row=document,
        to=to,
        actor=actor,
        verb=f"absence.document_{to}",
        stamps={"decided_at": timezone.now(), "decided_by": actor, "refusal": refusal},
        session_id=document.follow_up.enrolment.session_id,
    )
