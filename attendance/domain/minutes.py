"""The minutes that a person followed at a half-day."""

import datetime as dt

from django.utils import timezone

from core.domain.rules import rules_by_day
from core.exceptions import DomainError
from training.models import HalfDay


def minutes_attended(
    *,
    half_day: HalfDay,
    arrived_at: dt.datetime | None = None,
    left_at: dt.datetime | None = None,
) -> int:
    """Minutes followed by a person who came: the counted minutes, minus those missed at either end.

    Whole minutes missed between the start and the arrival, and between the departure and the
    end, are taken off; never below 0, never above the counted minutes. By the dated rules of the
    half-day's day, missing no more than the tolerance at one end costs nothing there, and what
    costs is rounded to the nearest step. Breaks are not looked at: counted minutes are entered
    without them. Raises `DomainError` (`times_out_of_order`).
    """
    day = timezone.localdate(half_day.starts_at)
    arrival = max(arrived_at or half_day.starts_at, half_day.starts_at)
    departure = min(left_at or half_day.ends_at, half_day.ends_at)
    if arrival >= departure:
        raise DomainError(
            "Les heures d’arrivée et de départ doivent se suivre, et tomber pendant "
            "la demi-journée.",
            code="times_out_of_order",
        )
    gaps = [arrival - half_day.starts_at, half_day.ends_at - departure]
    if not any(gaps):
        return half_day.counted_minutes
    value_on = rules_by_day("attendance_tolerance_minutes", "attendance_rounding_minutes")
    tolerance = value_on("attendance_tolerance_minutes", day)
    step = max(1, value_on("attendance_rounding_minutes", day))
    missed = sum(
        _costly(gap // dt.timedelta(minutes=1), tolerance=tolerance, step=step) for gap in gaps
    )
    return max(0, half_day.counted_minutes - missed)


def _costly(missed: int, *, tolerance: int, step: int) -> int:
    """Minutes taken off for `missed` ones at one end of the half-day."""
    if missed <= tolerance:
        return 0
    return (2 * missed + step) // (2 * step) * step


def checked_minutes(half_day: HalfDay, minutes: int) -> int:
    """Between 0 and the counted minutes (`minutes_out_of_range`)."""
    if not 0 <= minutes <= half_day.counted_minutes:
        raise DomainError(
            "Les minutes suivies vont de 0 aux minutes comptées de la demi-journée "
            f"({half_day.counted_minutes}).",
            code="minutes_out_of_range",
        )
    return minutes
