"""Months of the catalogue: their names, their days, the sessions that meet on them."""

import calendar
import datetime as dt
from dataclasses import dataclass, field

from cms.domain.upcoming_sessions import UpcomingSession
from core import french


@dataclass(frozen=True)
class CalendarDay:
    """A day of the month shown; `lines` are the sessions that meet that day."""

    day: dt.date
    in_month: bool
    lines: list[UpcomingSession] = field(default_factory=list)


def month_of(day: dt.date) -> str:
    """« 2027-03 »."""
    return f"{day:%Y-%m}"


def month_name(month: str) -> str:
    """« mars 2027 », from « 2027-03 »."""
    year, number = month.split("-")
    return f"{french.MONTHS[int(number) - 1]} {year}"


def shifted(month: str, by: int) -> str:
    """The month so many months later: `shifted("2027-01", -1)` is « 2026-12 »."""
    year, number = map(int, month.split("-"))
    rank = year * 12 + number - 1 + by
    return f"{rank // 12:04d}-{rank % 12 + 1:02d}"


def weeks_of(month: str, lines: list[UpcomingSession]) -> list[list[CalendarDay]]:
    """The month by weeks that begin on Monday, each day with its sessions."""
    year, number = map(int, month.split("-"))
    by_day: dict[dt.date, list[UpcomingSession]] = {}
    for line in lines:
        for day in line.days:
            by_day.setdefault(day, []).append(line)
    return [
        [_calendar_day(day, number, by_day) for day in week]
        for week in calendar.Calendar().monthdatescalendar(year, number)
    ]


def _calendar_day(
    day: dt.date, month: int, by_day: dict[dt.date, list[UpcomingSession]]
) -> CalendarDay:
    in_month = day.month == month
    return CalendarDay(day, in_month, by_day.get(day, []) if in_month else [])
