"""How dates, durations and money are written in French, in pages, mails and PDFs alike.

Spaces inside a figure never break: U+00A0 before a unit, U+202F between thousands.
"""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import overload
from zoneinfo import ZoneInfo

from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
# fmt: off
SHORT_MONTHS = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
]
# fmt: on
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


def as_day(moment: datetime.date, *, zone: datetime.tzinfo | None = None) -> datetime.date:
    """The day of a date or of an aware datetime, in Europe/Paris unless a zone is given."""
    if isinstance(moment, datetime.datetime):
        return timezone.localtime(moment, zone).date()
    return moment


def format_day(
    moment: datetime.date, *, weekday: bool = False, zone: datetime.tzinfo | None = None
) -> str:
    """« 14 janvier 2027 », « 1er mars 2027 », « jeudi 14 janvier 2027 »."""
    day = as_day(moment, zone=zone)
    text = f"{_number(day)}\u00a0{MONTHS[day.month - 1]} {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def format_days(moments: Iterable[datetime.date]) -> str:
    """« 14 et 15 janvier 2027 », « du 1er au 3 mars 2027 », « 3, 4 et 18 mars 2027 ».

    Days are sorted and counted once; the month and the year are said once when they are the same.
    Nothing gives an empty text.
    """
    days = sorted({as_day(moment) for moment in moments})
    if not days:
        return ""
    if len(days) > 2 and (days[-1] - days[0]).days == len(days) - 1:
        return f"du {_until(days[0], days[-1])} au {format_day(days[-1])}"
    if len(days) == 1:
        return format_day(days[0])
    parts = [_until(day, following) for day, following in zip(days[:-1], days[1:], strict=True)]
    return f"{', '.join(parts)} et {format_day(days[-1])}"


def format_span(first: datetime.date, last: datetime.date) -> str:
    """« 14 janvier 2027 », « 14 et 15 janvier 2027 », « du 14 janvier au 2 mars 2027 »."""
    start, end = as_day(first), as_day(last)
    if (end - start).days <= 1:
        return format_days([start, end])
    return f"du {_until(start, end)} au {format_day(end)}"


@overload
def format_time(moment: datetime.datetime, *, zone: datetime.tzinfo) -> str: ...


@overload
def format_time(moment: datetime.time) -> str: ...


def format_time(
    moment: datetime.datetime | datetime.time, *, zone: datetime.tzinfo | None = None
) -> str:
    """« 9 h », « 13 h 30 »: a time as it stands, a moment by the clock of `zone`.

    There is no default: an hour of a half-day is that of its place (`HalfDay.zone`), one of the
    office that of the organisation (`PARIS`). Raises TypeError for a moment without a zone.
    """
    if isinstance(moment, datetime.datetime):
        if zone is None:
            raise TypeError("A moment is written by the clock of a place: give its zone.")
        moment = timezone.localtime(moment, zone).time()
    return f"{moment.hour}\u00a0h" + (f"\u00a0{moment.minute:02d}" if moment.minute else "")


def format_times(
    starts: datetime.datetime,
    ends: datetime.datetime,
    *,
    zone: datetime.tzinfo,
    to: str = " – ",
) -> str:
    """« 9 h – 12 h 30 », by the clock of a place; said when it is not that of Paris.

    « 18 h – 1 h (lendemain) », « 9 h – 12 h 30, heure locale (UTC−3) ».
    """
    text = f"{format_time(starts, zone=zone)}{to}{format_time(ends, zone=zone)}"
    if as_day(ends, zone=zone) != as_day(starts, zone=zone):
        text += " (lendemain)"
    there = timezone.localtime(starts, zone).utcoffset()
    if there is not None and there != timezone.localtime(starts, PARIS).utcoffset():
        hours = there.total_seconds() / 3600
        sign = "−" if hours < 0 else "+"
        text += f", heure locale (UTC{sign}{format_number(f'{abs(hours):g}')})"
    return text


def format_minutes(minutes: int) -> str:
    """A duration: « 14 h », « 3 h 30 », « 45 min »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02d}" if rest else "")


def format_hours(minutes: int) -> str:
    """A duration in words: « 14 heures », « 1 heure », « 10 heures 30 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0minutes"
    return f"{hours}\u00a0heure{'s' if hours > 1 else ''}" + (f"\u00a0{rest:02d}" if rest else "")


def format_number(value: Decimal | str | int) -> str:
    """A decimal with a comma, without useless zeros: « 2 », « 2,5 »."""
    text = f"{Decimal(value).normalize():f}"
    return text.replace(".", ",")


def format_euros(amount: Decimal | str | int) -> str:
    """« 560 € », « 1 250,50 € »."""
    text = f"{Decimal(amount):,.2f}".replace(",", "\u202f").replace(".", ",").removesuffix(",00")
    return f"{text}\u00a0€"


def plural(count: int, singular: str, many: str = "") -> str:
    """« 0 place », « 1 place », « 2 places »: in French the plural begins at two."""
    word = singular if abs(count) < 2 else (many or singular + "s")
    return f"{count}\u00a0{word}"


def _number(day: datetime.date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def _until(day: datetime.date, following: datetime.date) -> str:
    """A day said before another: its month and its year only when they differ."""
    if day.year != following.year:
        return format_day(day)
    if day.month != following.month:
        return f"{_number(day)}\u00a0{MONTHS[day.month - 1]}"
    return _number(day)
