"""Erasing names, drawings and addresses of attendance once no one may ask for them any more.

Events stay, and so does their chain; what goes are the details rows, and the journal keeps which
ones went, and when.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.models import (
    AttendanceEvent,
    AttendanceEventDetails,
    OfflineDepositFile,
    OfflineItem,
    PaperScan,
)
from core.domain import journal, private_files
from core.domain.rules import rule
from core.domain.transitions import lock
from core.models import JournalEntry
from training.domain.retention import sessions_past
from training.models import TrainingSession

ERASED = "attendance.details_erased"


def sessions_past_retention(*, on: dt.date) -> Iterator[TrainingSession]:
    """Sessions with details left whose last half-day is older than the retention.

    The period is a dated rule (`attendance_details_days`, six years unless the organisation says
    otherwise: the longest of the funders' usual controls). R6313-3; RGPD, article 5.
    """
    with_details = TrainingSession.objects.filter(attendance_events__details__isnull=False)
    return sessions_past(with_details, rule_code="attendance_details_days", on=on)


def erase_details(*, session: TrainingSession, actor: User | None = None) -> int:
    """Erase the details of every event of the session, journaled; returns how many rows went.

    What the events say (who, present or absent, minutes, when) stays, and the chain verifies.
    """
    with transaction.atomic():
        locked = lock(session)
        rows = AttendanceEventDetails.objects.filter(event__session=locked)
        count = rows.count()
        if not count:
            return 0
        last = AttendanceEvent.objects.filter(session=locked).latest("sequence")
        rows.delete()
        OfflineItem.objects.filter(ticket__half_day__session=locked).update(payload={})
        # The last event covered is what tells an erasure from a theft.
        journal.record(
            actor=actor, verb=ERASED, subject=last, session_id=locked.pk, details={"events": count}
        )
    return count


def erase_past_retention(*, on: dt.date, actor: User | None = None) -> int:
    """Erase, session by session, all that is past its retention; returns how many rows went."""
    return sum(
        erase_details(session=session, actor=actor) for session in sessions_past_retention(on=on)
    )


def erase_scans_past_retention(*, on: dt.date, actor: User | None = None) -> int:
    """Erase the files of paper sheets past their retention; returns how many went.

    Dated rule `paper_scan_days`. The row, its SHA-256 and the events that carry it stay, and
    say when the proof was erased.
    """
    kept = PaperScan.objects.filter(erased_at__isnull=True)
    with_scans = TrainingSession.objects.filter(paper_scans__in=kept)
    erased = 0
    for session in sessions_past(with_scans, rule_code="paper_scan_days", on=on):
        for scan in kept.filter(session=session).order_by("pk"):
            # The file first: should we stop in between, the next pass ends the work.
            private_files.discard(scan.key)
            with transaction.atomic():
                locked = lock(scan)
                locked.key, locked.erased_at = "", timezone.now()
                locked.save(update_fields=["key", "erased_at"])
                journal.record(
                    actor=actor, verb="paper.erased", subject=locked, session_id=session.pk
                )
            erased += 1
    return erased


def erase_deposits_past_retention(*, on: dt.date, actor: User | None = None) -> int:
    """Erase the files that devices handed in, as old as details may be; returns how many went.

    Counted from the day of the deposit, as some belong to no half-day that is known.
    """
    erased = 0
    for row in OfflineDepositFile.objects.select_related("deposit__half_day").order_by("pk"):
        deposit, half_day = row.deposit, row.deposit.half_day
        day = timezone.localdate(deposit.received_at)
        if day + dt.timedelta(days=rule("attendance_details_days", on=day)) >= on:
            continue
        private_files.discard(row.key)
        with transaction.atomic():
            row.delete()
            journal.record(
                actor=actor,
                verb="offline.deposit_erased",
                subject=deposit,
                session_id=half_day.session_id if half_day else None,
            )
        erased += 1
    return erased


def scan_erasures(session: TrainingSession) -> list[dt.date]:
    """The days on which scans of the session were erased, oldest first."""
    moments = PaperScan.objects.filter(session=session, erased_at__isnull=False)
    return sorted({timezone.localdate(at) for at in moments.values_list("erased_at", flat=True)})


def erasures(session: TrainingSession) -> list[tuple[str, dt.date]]:
    """(id of the last event covered, day) of each erasure of the session, oldest first."""
    return [
        (object_id, timezone.localdate(at))
        for object_id, at in JournalEntry.objects.filter(session=session, verb=ERASED)
        .order_by("at", "pk")
        .values_list("object_id", "at")
    ]
