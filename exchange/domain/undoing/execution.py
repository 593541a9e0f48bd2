"""Undoing an import: what it made goes, what it replaced is put back; all of it, or nothing.

Whatever leans on a row that would go stands in the way, whichever app made it: the relations of
the models are asked, so that a new kind of record is never forgotten.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from core.domain import journal
from core.domain.transitions import change_state
from core.exceptions import DomainError
from core.models import Message
from exchange.domain.undoing.preview import UNSENT, Undoing, look
from exchange.enums import ImportState
from exchange.models import ImportBatch
from training.models import (
    Adaptation,
    Agreement,
    Enrolment,
    FundingLine,
    Learner,
    TrainingSession,
)


def undo(*, batch: ImportBatch, actor: User | None) -> ImportBatch:
    """Take back all that the import wrote, in one transaction, under the locks of its sessions.

    People, companies, agreements, enrolments, accounts that it made go; messages that wait are
    withdrawn; the fields that it replaced get their old value, unless they were changed
    since. Journaled. Raises `DomainError` (`import_undo_blocked`, its details name each reason;
    `transition_refused`).
    """
    with transaction.atomic():
        of_batch = Enrolment.objects.filter(imported_row__batch=batch).order_by("pk")
        list(
            TrainingSession.objects.filter(pk__in=of_batch.order_by().values("session"))
            .order_by("pk")
            .select_for_update(of=("self",))
        )
        list(of_batch.select_for_update(of=("self",)).values_list("pk"))
        found = look(ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk))
        if found.blockers:
            raise DomainError(
                "Cet import ne peut pas être annulé : rien n’a été changé.",
                code="import_undo_blocked",
                details=found.blockers,
            )
        _write_journal(found, actor)
        _put_back(found, batch)
        _take_away(found, batch)
        change_state(
            row=batch,
            to=ImportState.UNDONE,
            actor=actor,
            verb="import.undone",
            stamps={"undone_at": timezone.now(), "written": {}},
        )
    return batch


def _write_journal(found: Undoing, actor: User | None) -> None:
    gone: tuple[tuple[str, Iterable[models.Model]], ...] = (
        ("enrolment.import_undone", found.enrolments),
        ("agreement.import_undone", found.agreements),
        ("learner.import_undone", found.learners),
        ("company.import_undone", found.companies),
    )
    lines = [
        journal.Line(
            verb=verb,
            subject=row,
            session_id=row.session_id if isinstance(row, Enrolment) else None,
        )
        for verb, rows in gone
        for row in rows
    ]
    lines += [
        journal.Line(verb="learner.put_back", subject=learner, details={"fields": names})
        for learner, names in found.restored
    ]
    journal.record_many(actor=actor, lines=lines)


def _put_back(found: Undoing, batch: ImportBatch) -> None:
    written = ImportBatch.objects.values_list("written", flat=True).get(pk=batch.pk)
    people = [learner for learner, _ in found.restored]
    names = sorted({name for _, names in found.restored for name in names})
    if people:
        Learner.objects.bulk_update(people, names, batch_size=500)
    for pk, (seats, price, basis), _ in written["enlarged"]:
        Agreement.objects.filter(pk=pk).update(
            seats=int(seats), price=Decimal(price), price_basis=basis
        )
    for pk, user in written["linked"].items():
        Learner.objects.filter(pk=pk, user=user).update(user=None)


def _take_away(found: Undoing, batch: ImportBatch) -> None:
    """From what leans to what is leant on."""
    Message.objects.filter(enrolment__imported_row__batch=batch, state__in=UNSENT).delete()
    Adaptation.objects.filter(enrolment__imported_row__batch=batch).delete()
    FundingLine.objects.filter(enrolment__imported_row__batch=batch).delete()
    Enrolment.objects.filter(imported_row__batch=batch).delete()  # its trace goes with it
    for rows in (found.agreements, found.learners, found.companies, found.funders, found.users):
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            type(part[0])._base_manager.filter(pk__in=[row.pk for row in part]).delete()
