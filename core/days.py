"""The bounds of a day, for queries that an index can serve: `__date` reads every row."""

import datetime as dt

from django.utils import timezone


def day_start(day: dt.date) -> dt.datetime:
    """The first moment of a day, in Europe/Paris."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def day_after(day: dt.date) -> dt.datetime:
    """The first moment after a day, in Europe/Paris; 23 or 25 hours later twice a year."""
    return day_start(day + dt.timedelta(days=1))
