"""Who is expected at a half-day, and the minutes that follow: the one rule of the project.

Signing, locking, sheets, certificates, figures and checks all ask here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from training.enums import COUNTING_HALF_DAY_STATES, AttendanceState, EnrolmentState
from training.models import (
    AttendanceMark,
    Enrolment,
    EnrolmentHalfDay,
    HalfDay,
    TrainingSession,
)
from training.models.enrolments import EnrolmentQuerySet


class _Person(NamedTuple):
    """What the rule needs to know of an enrolment."""

    pk: int
    session_id: int
    group_id: int | None
    state: str
    ended_on: dt.date | None


def expected_enrolments(*, half_day: HalfDay) -> QuerySet[Enrolment]:
    """The enrolments expected at the half-day, with their learner, ordered by name.

    No one is expected at a half-day that is cancelled or moved.
    """
    expected = expected_by_half_days(half_days=[half_day])[half_day.pk]
    return Enrolment.objects.filter(pk__in=expected).select_related("learner", "employer").by_name()


def expected_by_half_day(*, session: TrainingSession) -> dict[int, list[int]]:
    """Of each half-day of the session that takes place: the ids of the enrolments expected.

    Half-days in order of time, enrolments in order of name; the number of queries is constant.
    """
    return expected_by_half_days(
        half_days=HalfDay.objects.counting().filter(session=session).order_by("starts_at", "pk")
    )


def expected_by_half_days(*, half_days: Iterable[HalfDay]) -> dict[int, list[int]]:
    """The same for any half-days, of one session or of many, with the same few queries."""
    return _expected(list(half_days))


def is_expected(*, half_day: HalfDay, enrolment: Enrolment) -> bool:
    """Whether one person is expected at the half-day: no one else is read."""
    return enrolment.pk in _expected([half_day], only=enrolment.pk)[half_day.pk]


def _expected(wanted: list[HalfDay], *, only: int | None = None) -> dict[int, list[int]]:
    """By half-day, the ids of the enrolments expected; `only`: one enrolment is looked at."""
    people = Enrolment.objects.taking_part()
    changes = EnrolmentHalfDay.objects.all()
    if only is not None:
        people, changes = people.filter(pk=only), changes.filter(enrolment_id=only)
    taking_part = _people_by_session({half_day.session_id for half_day in wanted}, people)
    ids = [half_day.pk for half_day in wanted]
    some_left = any(
        person.ended_on is not None for found in taking_part.values() for person in found
    )
    groups: dict[int, set[int]] = defaultdict(set)
    for half_day_id, group_id in HalfDay.groups.through.objects.filter(
        halfday_id__in=ids
    ).values_list("halfday_id", "sessiongroup_id"):
        groups[half_day_id].add(group_id)
    exceptions = {
        (half_day_id, enrolment_id): expected
        for half_day_id, enrolment_id, expected in changes.filter(half_day_id__in=ids).values_list(
            "half_day_id", "enrolment_id", "expected"
        )
    }
    # Asked of those who left alone.
    days = _days(ids) if some_left else {}
    recorded = _recorded(ids) if some_left else set()
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


def _recorded(half_day_ids: list[int]) -> set[tuple[int, int]]:
    """(half-day, enrolment) of those who left and are recorded there: present, for a drop-out."""
    return set(
        AttendanceMark.objects.filter(
            Q(enrolment__state=EnrolmentState.NO_SHOW)
            | Q(enrolment__state=EnrolmentState.DROPPED_OUT, state=AttendanceState.PRESENT),
            half_day_id__in=half_day_ids,
        ).values_list("half_day_id", "enrolment_id")
    )


def _people_by_session(
    session_ids: set[int], enrolments: EnrolmentQuerySet
) -> dict[int, list[_Person]]:
    people: dict[int, list[_Person]] = defaultdict(list)
    rows = (
        enrolments.filter(session_id__in=session_ids, learner__isnull=False)
        .by_name()
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
    added. A person who left on a day is expected at the half-days before that day (`day` is theirs,
    on the calendar of the place), and at those of that very day where they were recorded (present,
    for a drop-out).
    """
    if not half_day.counts:
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

    A person recorded absent everywhere has 0; one never recorded is not in the answer.
    """
    rows = (
        AttendanceMark.objects.filter(
            half_day__session=session,
            half_day__state__in=COUNTING_HALF_DAY_STATES,
        )
        .order_by()
        .values("enrolment_id")
        .annotate(total=Sum("minutes"))
    )
    return {row["enrolment_id"]: row["total"] for row in rows}
