"""The half-days that may be signed at this very moment, for the people who may sign them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attendance.domain.guards import is_locked
from attendance.domain.windows import Window, signing_windows
from attendance.enums import ClaimState
from attendance.models import SignatureClaim
from training.domain.expected import expected_by_half_days
from training.enums import AttendanceState, EnrolmentState
from training.models import AttendanceMark, Enrolment, HalfDay

#: Farther than any window opens before a half-day or closes after it.
MARGIN = dt.timedelta(days=1)


@dataclass(frozen=True)
class OpenHalfDay:
    """A half-day that the person may sign until `window.closes_at`; `waiting` when a signature of
    theirs is to be confirmed."""

    enrolment: Enrolment
    half_day: HalfDay
    window: Window
    waiting: bool


def open_half_days(*, enrolments: Sequence[Enrolment], at: dt.datetime) -> list[OpenHalfDay]:
    """What these people may sign now, in order of time; those recorded present are left out.

    The number of queries does not depend on the number of enrolments.
    """
    confirmed = [item for item in enrolments if item.state == EnrolmentState.CONFIRMED]
    if not confirmed:
        return []
    window_of = signing_windows()
    near = (
        HalfDay.objects.counting()
        .filter(
            session__in={item.session_id for item in confirmed},
            starts_at__lte=at + MARGIN,
            ends_at__gte=at - MARGIN,
        )
        .select_related("session__programme_version", "venue", "session__venue")
        .order_by("starts_at", "pk")
    )
    half_days = [
        item
        for item in near
        if not is_locked(item) and window_of(item).opens_at <= at <= window_of(item).closes_at
    ]
    if not half_days:
        return []
    expected = expected_by_half_days(half_days=half_days)
    present = _people(
        AttendanceMark.objects.filter(half_day__in=half_days, state=AttendanceState.PRESENT)
    )
    waiting = _people(
        SignatureClaim.objects.filter(half_day__in=half_days, state=ClaimState.PENDING)
    )
    return [
        OpenHalfDay(
            enrolment=enrolment,
            half_day=half_day,
            window=window_of(half_day),
            waiting=enrolment.pk in waiting[half_day.pk],
        )
        for half_day in half_days
        for enrolment in confirmed
        if enrolment.pk in expected[half_day.pk] and enrolment.pk not in present[half_day.pk]
    ]


def _people(rows: Any) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for half_day, enrolment in rows.values_list("half_day_id", "enrolment_id"):
        found[half_day].add(enrolment)
    return found
