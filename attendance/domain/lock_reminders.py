"""Half-days that are over and that their trainers have not closed: two reminders, no more."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from attendance.domain.locking import trainers_to_lock
from attendance.mails import lock_reminder
from core.domain import outbox
from core.domain.rules import rules_by_day
from core.models import Message
from training.enums import HalfDayState, SessionState
from training.models import HalfDay

RULES = ("lock_reminder_minutes_after_end", "lock_reminder_next_day_hour")
#: Beyond this, the office's own list « À clore » takes over.
WATCHED = dt.timedelta(days=3)


def remind_trainers(*, at: dt.datetime) -> int:
    """Write to the trainers who have a half-day to close; returns how many mails were written.

    One hour after the end (dated rule), then the next day from 8 o'clock (dated rule). Asked
    again, it writes nothing twice: the outbox knows each reminder.
    """
    written = 0
    over = (
        HalfDay.objects.filter(
            state=HalfDayState.PLANNED,
            ends_at__lt=at,
            ends_at__gte=at - WATCHED,
            session__state__in=[SessionState.OPEN, SessionState.CONFIRMED],
        )
        .select_related("session__programme_version", "session__venue", "venue")
        .order_by("ends_at", "pk")
    )
    value_on = None
    for half_day in over:
        value_on = value_on or rules_by_day(*RULES)
        which = due_reminder(half_day=half_day, at=at, value_on=value_on)
        if not which:
            continue
        for trainer in trainers_to_lock(half_day):
            key = f"lock-reminder:{half_day.pk}:{trainer.pk}:{which}"
            if trainer.email and not Message.objects.filter(dedupe_key=key).exists():
                outbox.send(
                    mail=lock_reminder(half_day, trainer),
                    to_email=trainer.email,
                    to_name=str(trainer),
                    session_id=half_day.session_id,
                    dedupe_key=key,
                )
                written += 1
    return written


def due_reminder(
    *, half_day: HalfDay, at: dt.datetime, value_on: Callable[[str, dt.date], int] | None = None
) -> str:
    """Which reminder of the half-day is due at a moment: `first`, `second`, or none (empty).

    `value_on`: the values of the rules, for a caller who has read them.
    """
    value_on = value_on or rules_by_day(*RULES)
    day = timezone.localdate(half_day.starts_at)
    ends = timezone.localtime(half_day.ends_at)
    first = ends + dt.timedelta(minutes=value_on("lock_reminder_minutes_after_end", day))
    second = timezone.make_aware(
        dt.datetime.combine(
            ends.date() + dt.timedelta(days=1),
            dt.time(hour=min(value_on("lock_reminder_next_day_hour", day), 23)),
        )
    )
    if at >= max(first, second):
        return "second"
    return "first" if at >= first else ""
