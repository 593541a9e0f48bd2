"""Half-days as people read them: one line a day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from training.models import HalfDay


@dataclass
class Day:
    """One day of a session: its date, its hours, its place."""

    date: dt.date
    hours: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    @property
    def hours_text(self) -> str:
        """« 9 h – 12 h 30 et 13 h 30 – 17 h »."""
        return " et ".join(self.hours)

    @property
    def place_text(self) -> str:
        """Where, said once when the day is spent in one place."""
        return " puis ".join(dict.fromkeys(self.places))


def days_of(half_days: Iterable[HalfDay]) -> list[Day]:
    """The days of half-days sorted by start."""
    days = []
    for date, group in groupby(half_days, key=lambda item: item.day):
        day = Day(date)
        for half_day in group:
            day.hours.append(half_day.times_range)
            day.places.append(half_day.place)
        days.append(day)
    return days
