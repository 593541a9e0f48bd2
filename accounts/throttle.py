"""How often something may be tried: by one visitor, by one person, by everybody.

Counters are rows, changed by the database itself: two requests at the same instant count for two,
on SQLite and PostgreSQL alike, over threads, processes and machines. Who tries is kept as a keyed
hash alone, for the time of the window.

Two ways to count. `take`: each request counts (forms that anybody may send). `attempt`: failures
alone count (codes, passwords), and past the limit attempts are still answered, one at a time,
every `PACE` seconds: the person who shares an address with one who guesses waits a few seconds,
and is never shut out. No request waits inside the server: the page comes back by itself.
"""

import datetime as dt
import math
import time
from dataclasses import dataclass

from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.addresses import network_of
from accounts.models import AttemptCounter

HOUR = 3600
#: Seconds between two attempts that are answered, past the limit.
PACE = 3
EVERYBODY = "everybody"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt, already counted as a failure: `succeeded()` takes that back."""

    #: Seconds after which to try again; 0 when the attempt is answered now.
    wait: int = 0
    #: The counter that it raised; empty past the limit.
    key: str = ""

    def succeeded(self) -> None:
        """It was no failure: it does not count."""
        if self.key:
            AttemptCounter.objects.filter(key=self.key, used__gt=0).update(used=F("used") - 1)


def take(request: HttpRequest, *, action: str, limit: int, seconds: int = HOUR) -> bool:
    """Count one more `action` from the visitor's address; False when `limit` was reached.

    Windows of `seconds` follow each other.
    """
    return _count(_key(network_of(request), action, seconds), seconds=seconds, limit=limit)


def attempt(
    request: HttpRequest, *, action: str, limit: int, seconds: int = HOUR, who: str = ""
) -> Attempt:
    """One attempt at `action` from the visitor's address, or by `who` it is.

    `limit` failures are answered at once in `seconds`; after that, one attempt every `PACE`
    seconds. The caller tells the person to come back when `wait` is not 0, and calls
    `succeeded()` when the attempt was a good one.
    """
    key = _key(who or network_of(request), action, seconds)
    counter = AttemptCounter.objects.filter(key=key).first()
    # Read first: who insists costs no write.
    if (counter is None or counter.used < limit) and _count(key, seconds=seconds, limit=limit):
        return Attempt(key=key)
    return Attempt(wait=_turn(key, pace=PACE))


def failures(request: HttpRequest, *, action: str, seconds: int = HOUR) -> int:
    """How many failures of `action` the visitor's address has in this window."""
    return _used(_key(network_of(request), action, seconds))


def count_for_everybody(*, action: str, seconds: int = HOUR) -> int:
    """One more `action`, whoever did it; how many there are in this window."""
    key = _key(EVERYBODY, action, seconds)
    _count(key, seconds=seconds)
    return _used(key)


def turn_of_everybody(*, action: str, pace: int) -> int:
    """One attempt at a time over all visitors, every `pace` seconds; how long to wait, or 0."""
    key = _key(EVERYBODY, f"{action}-turn", HOUR)
    _make(key, seconds=HOUR)
    return _turn(key, pace=pace)


def forget_old(*, at: dt.datetime) -> int:
    """Erase counters whose window is over; how many."""
    deleted, _by_model = AttemptCounter.objects.filter(expires_at__lt=at).delete()
    return deleted


def _count(key: str, *, seconds: int, limit: int | None = None) -> bool:
    """Raise the counter by one unless it is at its limit; the database decides who is the last."""
    below = Q() if limit is None else Q(used__lt=limit)
    rows = AttemptCounter.objects.filter(below, key=key)
    raised = F("used") + 1
    if rows.update(used=raised):
        return True
    _make(key, seconds=seconds)
    return bool(rows.update(used=raised))


def _make(key: str, *, seconds: int) -> None:
    """Make the counter if it is not there."""
    if AttemptCounter.objects.filter(key=key).exists():
        return
    expires_at = timezone.now() + dt.timedelta(seconds=2 * seconds)
    # Another request may be making it: one row all the same, and both count on it.
    AttemptCounter.objects.bulk_create(
        [AttemptCounter(key=key, expires_at=expires_at)], ignore_conflicts=True
    )


def _turn(key: str, *, pace: int) -> int:
    """Take the next turn of the counter, if it has come; else the seconds until then."""
    now = timezone.now()
    counter = AttemptCounter.objects.filter(key=key).first()
    if counter is not None and counter.open_at and counter.open_at > now:
        return math.ceil((counter.open_at - now).total_seconds())
    free = Q(open_at__isnull=True) | Q(open_at__lte=now)
    taken = AttemptCounter.objects.filter(free, key=key).update(
        open_at=now + dt.timedelta(seconds=pace)
    )
    return 0 if taken else pace


def _used(key: str) -> int:
    return AttemptCounter.objects.filter(key=key).values_list("used", flat=True).first() or 0


def _key(who: str, action: str, seconds: int) -> str:
    """The counter of one visitor, one action and one window."""
    text = f"{action}|{seconds}|{_window(seconds)}|{who}"
    return salted_hmac("accounts.throttle", text, algorithm="sha256").hexdigest()


def _window(seconds: int) -> int:
    """Which of the windows of `seconds` that follow each other this is."""
    return int(time.time()) // seconds
