"""Courses of the catalogue that answer a question, and the days of their sessions."""

import calendar
import datetime as dt
from dataclasses import dataclass, field, fields
from decimal import Decimal

from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import slugify

from wagtail.models import Page

from cms.models.course import CoursePage, summary_of
from cms.models.filters import (
    CatalogueFilters,
    Choice,
    Choices,
    month_name,
    month_of,
    words_asked,
)
from cms.models.search import with_rank
from cms.models.theme import Theme
from cms.models.upcoming import UpcomingSession, upcoming_sessions
from cms.models.visibility import visible_to_all
from training.domain.rules import rule
from training.models import Venue

#: What a card needs: the rest of a course stays in the database.
COURSE_COLUMNS = {
    "theme_name": F("theme__name"),
    "theme_slug": F("theme__slug"),
    "theme_order": F("theme__sort_order"),
}


@dataclass(frozen=True, kw_only=True)
class Course:
    """A published course as the catalogue reads it: a plain row, not an object."""

    title: str
    slug: str
    programme_id: int | None
    modality: str
    duration_hours: Decimal | None
    price: Decimal | None
    without_prerequisites: bool
    theme_name: str | None
    theme_slug: str | None
    theme_order: int | None
    rank: int | None

    @property
    def summary(self) -> str:
        """« 14 heures, en présence »."""
        return summary_of(self.duration_hours, self.modality)


@dataclass(frozen=True)
class CatalogueEntry:
    """A course, its address, and its next session when there is one."""

    course: Course
    url: str
    next_session: UpcomingSession | None


@dataclass(frozen=True)
class CalendarDay:
    """A day of the month shown; `lines` are the sessions that meet that day."""

    day: dt.date
    in_month: bool
    lines: list[UpcomingSession] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a visitor asks, and what answers it."""

    filters: CatalogueFilters
    choices: Choices
    highest_price: int  # what « accessible » means today, in euros a person
    lines: list[UpcomingSession]  # at the place and in the month asked for
    courses: list[Course]

    def lines_of_courses(self) -> list[UpcomingSession]:
        """Sessions of the courses that answer."""
        numbers = {course.programme_id for course in self.courses}
        return [line for line in self.lines if line.programme_id in numbers]


def read_question(catalogue: Page, query: QueryDict) -> Question:
    """The question of an address, answered in four queries."""
    lines = upcoming_sessions()
    courses = every_course(catalogue, text=words_asked(query))
    choices = choices_of(lines, courses, theme=query.get("theme", ""), place=query.get("lieu", ""))
    filters = CatalogueFilters.read(query, choices)
    highest_price = rule("accessible_price_euros", on=timezone.localdate())
    return Question(
        filters=filters,
        choices=choices,
        highest_price=highest_price,
        lines=sessions_asked(lines, filters),
        courses=courses_asked(courses, filters, highest_price=highest_price),
    )


def choices_of(
    lines: list[UpcomingSession], courses: list[Course], *, theme: str = "", place: str = ""
) -> Choices:
    """Values of the filters that lead somewhere, and the theme and the place asked for if they
    exist: an address shared last year still means something."""
    themes = {
        course.theme_slug: (course.theme_order or 0, course.theme_name or "")
        for course in courses
        if course.theme_slug
    }
    places = {line.venue.key: line.venue.name for line in lines if line.venue}
    if theme and theme not in themes:
        for found in Theme.objects.filter(slug=theme[:50]):
            themes[found.slug] = found.sort_order, found.name
    if place and place not in places:
        names = Venue.objects.order_by("name").values_list("name", flat=True)
        places |= {slugify(name): name for name in names if slugify(name) == place}
    months = sorted({month_of(day) for line in lines for day in line.days})
    return Choices(
        themes=[
            Choice(slug, name)
            for slug, (_order, name) in sorted(themes.items(), key=lambda one: one[1])
        ],
        places=[Choice(key, name) for key, name in sorted(places.items(), key=lambda one: one[1])],
        months=[Choice(month, month_name(month)) for month in months],
    )


def sessions_asked(
    lines: list[UpcomingSession], filters: CatalogueFilters
) -> list[UpcomingSession]:
    """Sessions at the place and in the month asked for."""
    return [
        line
        for line in lines
        if (not filters.place or (line.venue and line.venue.key == filters.place))
        and (not filters.month or filters.month in {month_of(day) for day in line.days})
    ]


def every_course(catalogue: Page, *, text: str) -> list[Course]:
    """Published courses in the order of the editors, each with its `rank` for the words `text`
    (`cms.models.search.with_rank`): one query, from which the choices of the filters come too."""
    pages = visible_to_all(CoursePage.objects.child_of(catalogue).live())
    rows = (
        with_rank(pages, text)
        .annotate(**COURSE_COLUMNS)
        .order_by("path")
        .values(*(column.name for column in fields(Course)))
    )
    return [Course(**row) for row in rows]


def courses_asked(
    courses: list[Course], filters: CatalogueFilters, *, highest_price: int
) -> list[Course]:
    """Courses that answer, whatever their sessions; those whose title holds the words first.

    `highest_price` (euros a person) is what « accessible » means today.
    """
    found = [
        course
        for course in courses
        if (not filters.text or course.rank is not None)
        and (not filters.theme or course.theme_slug == filters.theme)
        and (not filters.modality or course.modality == filters.modality)
        and (not filters.without_prerequisites or course.without_prerequisites)
        and (
            not filters.accessible_price
            or (course.price is not None and course.price <= highest_price)
        )
    ]
    return sorted(found, key=lambda course: course.rank) if filters.text else found


def as_entries(
    courses: list[Course],
    lines: list[UpcomingSession],
    filters: CatalogueFilters,
    *,
    address: str,
) -> list[CatalogueEntry]:
    """Each course with its next session among `lines`; `address` is that of the catalogue."""
    soonest: dict[int, UpcomingSession] = {}
    for line in lines:
        soonest.setdefault(line.programme_id, line)
    return [
        CatalogueEntry(
            course=course,
            url=f"{address}{course.slug}/",
            next_session=soonest.get(course.programme_id or 0),
        )
        for course in courses
        if not filters.chooses_sessions or course.programme_id in soonest
    ]


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


def shifted(month: str, by: int) -> str:
    """The month so many months later: `shifted("2027-01", -1)` is « 2026-12 »."""
    year, number = map(int, month.split("-"))
    rank = year * 12 + number - 1 + by
    return f"{rank // 12:04d}-{rank % 12 + 1:02d}"
