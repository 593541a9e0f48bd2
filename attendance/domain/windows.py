"""When a half-day may be signed, and the refusals outside of that window."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from core.domain.rules import rules_by_day
from core.exceptions import DomainError
from core.french import format_day, format_time
from training.models import HalfDay


@dataclass(frozen=True)
class Window:
    """When one may sign a half-day: from `opens_at` to `closes_at`, both included."""

    opens_at: dt.datetime
    closes_at: dt.datetime


def signing_window(half_day: HalfDay) -> Window:
    """The window of the half-day, by the rules in force on its day."""
    return signing_windows()(half_day)


def signing_windows() -> Callable[[HalfDay], Window]:
    """The same for many half-days: the rules are read once, in one query."""
    minutes = rules_by_day("signing_opens_minutes_before", "signing_closes_minutes_after")

    def window(half_day: HalfDay) -> Window:
        day = timezone.localdate(half_day.starts_at)
        before = dt.timedelta(minutes=minutes("signing_opens_minutes_before", day))
        after = dt.timedelta(minutes=minutes("signing_closes_minutes_after", day))
        return Window(half_day.starts_at - before, half_day.ends_at + after)

    return window


def check_window(
    half_day: HalfDay, now: dt.datetime, *, declaring: bool, window: Window | None = None
) -> None:
    """Refuse all before the window, and what is not declared after it.

    `window`: that of the half-day, for a caller who has it. Raises `DomainError`:
    `window_not_open`, `window_closed`.
    """
    window = window or signing_window(half_day)
    if now < window.opens_at:
        raise DomainError(
            "Il est trop tôt : l’émargement de cette demi-journée ouvre le "
            f"{_when(window.opens_at, half_day)}.",
            code="window_not_open",
        )
    if now > window.closes_at and not declaring:
        raise DomainError(
            "Il est trop tard pour signer : l’émargement de cette demi-journée a fermé le "
            f"{_when(window.closes_at, half_day)}. "
            "La personne formatrice peut encore déclarer la présence, avec un motif.",
            code="window_closed",
        )


def _when(moment: dt.datetime, half_day: HalfDay) -> str:
    zone = half_day.zone
    return f"{format_day(moment, weekday=True, zone=zone)} à {format_time(moment, zone=zone)}"
