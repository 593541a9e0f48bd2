"""Dated values: the one in force on a day applies to what happened that day."""

import datetime as dt
from collections.abc import Callable

from core.models import RuleSetting
from core.registry import registry


def rule(code: str, *, on: dt.date) -> int:
    """The value of a rule in force on the day `on`. Raises KeyError for an unknown code."""
    default = registry.dated_rules[code]
    found = (
        RuleSetting.objects.filter(code=code, valid_from__lte=on)
        .order_by("-valid_from")
        .values_list("value", flat=True)
        .first()
    )
    return default if found is None else found


def rule_by_day(code: str) -> Callable[[dt.date], int]:
    """The same for many days: the values are read once, in one query.

    Raises KeyError for an unknown code.
    """
    value_on = rules_by_day(code)
    return lambda day: value_on(code, day)


def rules_by_day(*codes: str) -> Callable[[str, dt.date], int]:
    """Read several rules at once, in one query: the value of a code on a day.

    Raises KeyError for an unknown code.
    """
    defaults = {code: registry.dated_rules[code] for code in codes}
    known: dict[str, list[tuple[dt.date, int]]] = {code: [] for code in codes}
    for code, start, value in (
        RuleSetting.objects.filter(code__in=codes)
        .order_by("-valid_from")
        .values_list("code", "valid_from", "value")
    ):
        known[code].append((start, value))

    def value_on(code: str, day: dt.date) -> int:
        return next((value for start, value in known[code] if start <= day), defaults[code])

    return value_on
