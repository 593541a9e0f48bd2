"""Erasing names, drawings and addresses of attendance once nobody may ask for them any more.

Events stay, and so does their chain; what goes are the details rows, and the journal keeps which
ones went, and when.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from training.domain import journal
from training.domain.rules import rule
from training.domain.transitions import lock
from training.models import (
    AttendanceEvent,
    AttendanceEventDetails,
    JournalEntry,
    OfflineItem,
    TrainingSession,
)

ERASED = "attendance.details_erased"


def sessions_past_retention(*, on: dt.date) -> Iterator[TrainingSession]:
    """Sessions with details left whose last half-day is older than the retention.

    The period is a dated rule (`attendance_details_days`, six years unless the house says
    otherwise: the longest of the funders' usual controls), the one in force on the session's
    last day. R6313-3; RGPD, article 5.
    """
    ended = (
        TrainingSession.objects.filter(attendance_events__details__isnull=False)
        .annotate(last_end=Max("half_days__ends_at"))
        .order_by("last_end", "pk")
    )
    for session in ended:
        last_day = timezone.localdate(session.last_end)
        kept = dt.timedelta(days=rule("attendance_details_days", on=last_day))
        if last_day + kept < on:
            yield session


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
            actor=actor, verb=ERASED, subject=last, session=locked, details={"events": count}
        )
    return count


def erase_past_retention(*, on: dt.date, actor: User | None = None) -> int:
    """Erase, session by session, all that is past its retention; returns how many rows went."""
    return sum(
        erase_details(session=session, actor=actor) for session in sessions_past_retention(on=on)
    )


def erasures(session: TrainingSession) -> list[tuple[str, dt.date]]:
    """(id of the last event covered, day) of each erasure of the session, oldest first."""
    return [
        (object_id, timezone.localdate(at))
        for object_id, at in JournalEntry.objects.filter(session=session, verb=ERASED)
        .order_by("at", "pk")
        .values_list("object_id", "at")
    ]
