"""A search in the catalogue: what a visitor asks, and what answers it."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone

from wagtail.models import Page

from cms.domain.catalogue.choices import Choices, choices_of
from cms.domain.catalogue.courses import CourseSummary, every_course
from cms.domain.catalogue.filters import (
    CatalogueFilters,
    courses_asked,
    sessions_asked,
    words_asked,
)
from cms.domain.upcoming_sessions import UpcomingSession, upcoming_sessions
from cms.models import CatalogueIndexPage
from core.domain.rules import rule


@dataclass(frozen=True, kw_only=True)
class CatalogueSearch:
    """What a visitor asks, and what answers it."""

    filters: CatalogueFilters
    choices: Choices
    highest_price: int  # what « accessible » means today, in euros a person
    lines: list[UpcomingSession]  # at the place and in the month asked for
    courses: list[CourseSummary]

    def lines_of_courses(self) -> list[UpcomingSession]:
        """Sessions of the courses that answer."""
        numbers = {course.programme_id for course in self.courses}
        return [line for line in self.lines if line.programme_id in numbers]


@dataclass(frozen=True)
class CatalogueEntry:
    """A course, its URL, and its next session when there is one."""

    course: CourseSummary
    url: str
    next_session: UpcomingSession | None


def published_catalogue() -> CatalogueIndexPage | None:
    """The catalogue open to the public; none on a site that has not made one."""
    return CatalogueIndexPage.objects.live().order_by("pk").first()


def search_catalogue(catalogue: Page, query: QueryDict) -> CatalogueSearch:
    """The search that a URL asks, answered in four queries."""
    lines = upcoming_sessions()
    courses = every_course(catalogue, text=words_asked(query))
    choices = choices_of(lines, courses, theme=query.get("theme", ""), place=query.get("lieu", ""))
    filters = CatalogueFilters.read(query, choices)
    highest_price = rule("accessible_price_euros", on=timezone.localdate())
    return CatalogueSearch(
        filters=filters,
        choices=choices,
        highest_price=highest_price,
        lines=sessions_asked(lines, filters),
        courses=courses_asked(courses, filters, highest_price=highest_price),
    )


def as_entries(
    courses: list[CourseSummary],
    lines: list[UpcomingSession],
    filters: CatalogueFilters,
    *,
    catalogue_url: str,
) -> list[CatalogueEntry]:
    """Each course with its next session among `lines`; `catalogue_url` begins the URL of each."""
    soonest: dict[int, UpcomingSession] = {}
    for line in lines:
        soonest.setdefault(line.programme_id, line)
    return [
        CatalogueEntry(
            course=course,
            url=f"{catalogue_url}{course.slug}/",
            next_session=soonest.get(course.programme_id or 0),
        )
        for course in courses
        if not filters.chooses_sessions or course.programme_id in soonest
    ]
