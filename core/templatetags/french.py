"""`{% load french %}`: `core.french` as filters."""

import datetime

from django import template

from core import french

register = template.Library()

register.filter("french_days", french.format_days)
register.filter("french_minutes", french.format_minutes)
register.filter("french_hours", french.format_hours)
register.filter("french_number", french.format_number)
register.filter("euros", french.format_euros)
register.filter("count_of", french.plural)


@register.filter
def french_day(moment: datetime.date, zone: datetime.tzinfo | None = None) -> str:
    """« 14 janvier 2027 », in Paris or in the zone given."""
    return french.format_day(moment, zone=zone)


@register.filter
def french_time(
    moment: datetime.datetime | datetime.time, zone: datetime.tzinfo | None = None
) -> str:
    """« 13 h 30 », in Paris or in the zone given."""
    if isinstance(moment, datetime.time):
        return french.format_time(moment)
    return french.format_time(moment, zone=zone or french.PARIS)


@register.filter
def office_time(moment: datetime.datetime) -> str:
    """« 13 h 30 » by the clock of the organisation, said where hours of places are shown too."""
    return french.format_time(moment, zone=french.PARIS)


@register.filter
def french_weekday(moment: object) -> str:
    """« jeudi 14 janvier 2027 »."""
    return french.format_day(moment, weekday=True)  # type: ignore[arg-type]


@register.filter
def short_month(moment: object) -> str:
    """« janv. », for calendars."""
    return french.SHORT_MONTHS[french.as_day(moment).month - 1]  # type: ignore[arg-type]


@register.filter
def unbroken(text: str) -> str:
    """A telephone number or a code that must stay on one line."""
    return text.replace(" ", "\u00a0")
