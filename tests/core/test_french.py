"""Dates, durations and money as French readers expect them."""

import datetime
from decimal import Decimal

import pytest

from django.template import Context, Template

from core import french

NBSP, THIN = "\u00a0", "\u202f"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], ""),
        (["2027-01-14"], f"14{NBSP}janvier 2027"),
        (["2027-01-15", "2027-01-14", "2027-01-14"], f"14 et 15{NBSP}janvier 2027"),
        (["2027-03-01", "2027-03-02", "2027-03-03"], f"du 1er au 3{NBSP}mars 2027"),
        (["2027-03-03", "2027-03-04", "2027-03-18"], f"3, 4 et 18{NBSP}mars 2027"),
        (["2027-01-28", "2027-02-04"], f"28{NBSP}janvier et 4{NBSP}février 2027"),
        (
            ["2026-12-31", "2027-01-01", "2027-01-02"],
            f"du 31{NBSP}décembre 2026 au 2{NBSP}janvier 2027",
        ),
        (["2026-12-17", "2027-01-07"], f"17{NBSP}décembre 2026 et 7{NBSP}janvier 2027"),
    ],
)
def test_days_are_said_with_as_few_words_as_possible(days: list[str], expected: str) -> None:
    assert french.format_days(day(text) for text in days) == expected


def test_a_moment_late_in_the_evening_in_utc_belongs_to_the_next_day_in_paris() -> None:
    moment = datetime.datetime(2027, 1, 14, 23, 30, tzinfo=datetime.UTC)
    assert french.format_day(moment, weekday=True) == f"vendredi 15{NBSP}janvier 2027"
    assert french.format_time(moment, zone=french.PARIS) == f"0{NBSP}h{NBSP}30"


@pytest.mark.parametrize(
    ("minutes", "short", "long"),
    [
        (840, f"14{NBSP}h", f"14{NBSP}heures"),
        (210, f"3{NBSP}h{NBSP}30", f"3{NBSP}heures{NBSP}30"),
        (60, f"1{NBSP}h", f"1{NBSP}heure"),
        (45, f"45{NBSP}min", f"45{NBSP}minutes"),
        (605, f"10{NBSP}h{NBSP}05", f"10{NBSP}heures{NBSP}05"),
    ],
)
def test_durations_keep_their_minutes(minutes: int, short: str, long: str) -> None:
    assert french.format_minutes(minutes) == short
    assert french.format_hours(minutes) == long


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (Decimal("560.00"), f"560{NBSP}€"),
        ("1250.50", f"1{THIN}250,50{NBSP}€"),
        (0, f"0{NBSP}€"),
    ],
)
def test_money_is_written_with_a_comma_and_thin_spaces(amount: object, expected: str) -> None:
    assert french.format_euros(amount) == expected


def test_plural_begins_at_two() -> None:
    assert [french.plural(count, "place") for count in (0, 1, 2)] == [
        f"0{NBSP}place",
        f"1{NBSP}place",
        f"2{NBSP}places",
    ]
    assert french.format_number("2.50") == "2,5"
    assert french.format_number("20") == "20"


def test_filters_write_what_the_functions_write() -> None:
    template = Template(
        "{% load french %}{{ day|french_weekday }}, {{ day|short_month }}, "
        "{{ minutes|french_minutes }}, {{ price|euros }}, {{ phone|unbroken }}"
    )
    written = template.render(
        Context({"day": day("2027-02-01"), "minutes": 90, "price": "12", "phone": "02 40 56 60 00"})
    )
    assert written.replace(NBSP, " ") == (
        "lundi 1er février 2027, févr., 1 h 30, 12 €, 02 40 56 60 00"
    )
    assert f"02{NBSP}40" in written
