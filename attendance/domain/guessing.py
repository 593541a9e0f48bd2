"""People, or programs, that try codes of the room: when it becomes many, the office is notified.

A code has six letters of 22: 113 million. Under the ceiling of an hour, and with the pace kept
beyond it, the odds that one of the rooms open at that moment is found in that hour stay under 1 in
1,000 (docs/deployment.md has the figures). A code opens the list of names of the room and nothing
more: without a personal link, a signature waits for the trainer.
"""

import datetime as dt

from django.utils import timezone

from accounts import throttle
from attendance.models import GuessingAlert

ACTION = "room-code"
#: Wrong codes in an hour, from all addresses together, from which something is going on.
CEILING = 3000
#: Seconds between two attempts answered beyond it, over all the addresses that already failed.
PACE = 1
#: How long codes stay longer after an hour like that, and the office sees it.
WATCH = dt.timedelta(hours=24)


def note_failure() -> None:
    """Count one wrong code; beyond the ceiling, raise the alert of this hour, once."""
    if throttle.count_for_everybody(action=ACTION) > CEILING:
        now = timezone.now()
        GuessingAlert.objects.get_or_create(hour=now.replace(minute=0, second=0, microsecond=0))


def is_going_on(*, at: dt.datetime) -> bool:
    """Whether the ceiling was crossed in the hour of `at`: attempts that failed share one pace."""
    return GuessingAlert.objects.filter(hour=at.replace(minute=0, second=0, microsecond=0)).exists()


def happened_lately(*, at: dt.datetime) -> bool:
    """Whether it was crossed in the last day: new codes are longer."""
    return GuessingAlert.objects.since(at - WATCH).exists()
