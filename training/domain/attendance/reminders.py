"""Half-days that are over and that their trainers have not closed: two reminders, no more."""

import datetime as dt

from django.utils import timezone

from training.domain import outbox
from training.domain.attendance.locking import trainers_to_lock
from training.domain.rules import rule
from training.enums import HalfDayState, SessionState
from training.mails import lock_reminder
from training.models import HalfDay, Message

#: Beyond this, the office's own list « À clore » takes over.
WATCHED = dt.timedelta(days=3)


def remind_trainers(*, at: dt.datetime) -> int:
    """Write to whoever has a half-day to close; returns how many mails were written.

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
    for half_day in over:
        which = due_reminder(half_day=half_day, at=at)
        if not which:
            continue
        for trainer in trainers_to_lock(half_day):
            key = f"lock-reminder:{half_day.pk}:{trainer.pk}:{which}"
            if trainer.email and not Message.objects.filter(dedupe_key=key).exists():
                outbox.send(
                    mail=lock_reminder(half_day, trainer),
                    to_email=trainer.email,
                    to_name=str(trainer),
                    session=half_day.session,
                    dedupe_key=key,
                )
                written += 1
    return written


def due_reminder(*, half_day: HalfDay, at: dt.datetime) -> str:
    """Which reminder of the half-day is due at a moment: `first`, `second`, or none (empty)."""
    day = timezone.localdate(half_day.starts_at)
    ends = timezone.localtime(half_day.ends_at)
    first = ends + dt.timedelta(minutes=rule("lock_reminder_minutes_after_end", on=day))
    second = timezone.make_aware(
        dt.datetime.combine(
            ends.date() + dt.timedelta(days=1),
            dt.time(hour=min(rule("lock_reminder_next_day_hour", on=day), 23)),
        )
    )
    if at >= max(first, second):
        return "second"
    return "first" if at >= first else ""
