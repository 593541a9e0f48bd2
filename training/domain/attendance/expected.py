"""Who is expected at a half-day, and the minutes that follow: the one rule of the project.

Signing, locking, sheets, certificates, figures and checks all ask here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from training.enums import AttendanceState, EnrolmentState, HalfDayState
from training.models import (
    AttendanceMark,
    Enrolment,
    EnrolmentHalfDay,
    HalfDay,
    TrainingSession,
)


class _Person(NamedTuple):
    """What the rule needs to know of an enrolment."""

    pk: int
    session_id: int
    group_id: int | None
    state: str
    ended_on: dt.date | None


def expected_enrolments(*, half_day: HalfDay) -> QuerySet[Enrolment]:
    """The enrolments expected at the half-day, with their learner, ordered by name.

    Nobody is expected at a half-day that is cancelled or moved.
    """
    expected = expected_by_half_days(half_days=[half_day])[half_day.pk]
    return (
        Enrolment.objects.filter(pk__in=expected)
        .select_related("learner", "employer")
        .order_by("learner__last_name", "learner__first_name", "pk")
    )


def expected_by_half_day(*, session: TrainingSession) -> dict[int, list[int]]:
    """Of each half-day of the session that takes place: the ids of the enrolments expected.

    Half-days in order of time, enrolments in order of name; the number of queries is constant.
    """
    return expected_by_half_days(
        half_days=HalfDay.objects.counting().filter(session=session).order_by("starts_at", "pk")
    )


def expected_by_half_days(*, half_days: Iterable[HalfDay]) -> dict[int, list[int]]:
    """The same for any half-days, of one session or of many, with the same few queries."""
    wanted = list(half_days)
    taking_part = _people_by_session({half_day.session_id for half_day in wanted})
    ids = [half_day.pk for half_day in wanted]
    groups: dict[int, set[int]] = defaultdict(set)
    for half_day_id, group_id in HalfDay.groups.through.objects.filter(
        halfday_id__in=ids
    ).values_list("halfday_id", "sessiongroup_id"):
        groups[half_day_id].add(group_id)
    exceptions = {
        (half_day_id, enrolment_id): expected
        for half_day_id, enrolment_id, expected in EnrolmentHalfDay.objects.filter(
            half_day_id__in=ids
        ).values_list("half_day_id", "enrolment_id", "expected")
    }
    recorded = set(
        AttendanceMark.objects.filter(
            Q(enrolment__state=EnrolmentState.NO_SHOW)
            | Q(enrolment__state=EnrolmentState.DROPPED_OUT, state=AttendanceState.PRESENT),
            half_day_id__in=ids,
        ).values_list("half_day_id", "enrolment_id")
    )
    somebody_left = any(
        person.ended_on is not None for people in taking_part.values() for person in people
    )
    days = _days(ids) if somebody_left else {}
    return {
        half_day.pk: [
            person.pk
            for person in taking_part[half_day.session_id]
            if _is_expected(
                person=person,
                half_day=half_day,
                day=days.get(half_day.pk),
                groups=groups[half_day.pk],
                exception=exceptions.get((half_day.pk, person.pk)),
                recorded=(half_day.pk, person.pk) in recorded,
            )
        ]
        for half_day in wanted
    }


def _people_by_session(session_ids: set[int]) -> dict[int, list[_Person]]:
    people: dict[int, list[_Person]] = defaultdict(list)
    rows = (
        Enrolment.objects.taking_part()
        .filter(session_id__in=session_ids, learner__isnull=False)
        .order_by("learner__last_name", "learner__first_name", "pk")
        .values_list("pk", "session_id", "group_id", "state", "ended_on")
    )
    for row in rows:
        person = _Person(*row)
        people[person.session_id].append(person)
    return people


def _is_expected(
    *,
    person: _Person,
    half_day: HalfDay,
    day: dt.date | None,
    groups: set[int],
    exception: bool | None,
    recorded: bool,
) -> bool:
    """The rule itself, for a named person confirmed at least.

    Members of the half-day's groups (no group: everybody), minus those exempted, plus those
    added. Whoever left on a day is expected at the half-days before that day (`day` is theirs, on
    the calendar of the place), and at those of that very day where they were recorded (present, for
    a drop-out).
    """
    if half_day.state not in {HalfDayState.PLANNED, HalfDayState.HELD}:
        return False
    invited = not groups or person.group_id in groups
    if exception is not None:
        invited = exception
    if not invited or person.ended_on is None or day is None:
        return invited
    return day < person.ended_on or (day == person.ended_on and recorded)


def _days(half_day_ids: list[int]) -> dict[int, dt.date]:
    """The day of each half-day, on the calendar of its place."""
    half_days = HalfDay.objects.filter(pk__in=half_day_ids)
    half_days = half_days.select_related("venue", "session__venue")
    return {half_day.pk: half_day.day for half_day in half_days}


def planned_minutes(*, session: TrainingSession) -> dict[int, int]:
    """By enrolment id: the counted minutes of the half-days where the person is expected."""
    half_days = list(HalfDay.objects.counting().filter(session=session).order_by("starts_at", "pk"))
    planned: dict[int, int] = defaultdict(int)
    expected = expected_by_half_days(half_days=half_days)
    for half_day in half_days:
        for enrolment_id in expected[half_day.pk]:
            planned[enrolment_id] += half_day.counted_minutes
    return dict(planned)


def attended_minutes(*, session: TrainingSession) -> dict[int, int]:
    """By enrolment id: the minutes really followed (R6313-3), from what is recorded.

    Somebody recorded absent everywhere has 0; somebody never recorded is not in the answer.
    """
    rows = (
        AttendanceMark.objects.filter(
            half_day__session=session,
            half_day__state__in=[HalfDayState.PLANNED, HalfDayState.HELD],
        )
        .order_by()
        .values("enrolment_id")
        .annotate(total=Sum("minutes"))
    )
    return {row["enrolment_id"]: row["total"] for row in rows}
