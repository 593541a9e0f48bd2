"""A day lasts from one midnight to the next, on the clock of Paris."""

import datetime as dt

import pytest

from core.days import day_after, day_start
from tests.factories import PARIS, HalfDayFactory
from training.models import HalfDay


@pytest.mark.parametrize(
    ("day", "hours"),
    [((2027, 1, 14), 24), ((2027, 3, 28), 23), ((2027, 10, 31), 25)],
    ids=["a day of winter", "the clock goes forward", "the clock goes back"],
)
def test_a_day_is_as_long_as_its_clock_says(day, hours):
    day = dt.date(*day)
    start, end = day_start(day), day_after(day)
    assert (start.hour, start.date(), end.date()) == (0, day, day + dt.timedelta(days=1))
    assert end.timestamp() - start.timestamp() == hours * 3600


@pytest.mark.django_db
def test_half_days_of_a_day_are_those_between_its_two_midnights():
    day = dt.date(2027, 1, 14)
    starts = [
        dt.datetime(2027, 1, 13, 23, 59, tzinfo=PARIS),
        dt.datetime(2027, 1, 14, 0, 0, tzinfo=PARIS),
        dt.datetime(2027, 1, 14, 23, 59, tzinfo=PARIS),
        dt.datetime(2027, 1, 15, 0, 0, tzinfo=PARIS),
    ]
    made = [
        HalfDayFactory(starts_at=start, ends_at=start + dt.timedelta(hours=4)) for start in starts
    ]
    assert list(HalfDay.objects.on_day(day).order_by("pk")) == made[1:3]
