"""Values that the filters of the catalogue offer today."""

from dataclasses import dataclass, field

from django.utils.text import slugify

from cms.domain.catalogue.courses import CourseSummary
from cms.domain.catalogue.months import month_name, month_of
from cms.domain.upcoming_sessions import UpcomingSession
from cms.models import Theme
from training.enums import Modality
from training.models import Venue


@dataclass(frozen=True)
class Choice:
    """One value of a filter: what stands in the URL, what people read."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Values that mean something today."""

    themes: list[Choice]
    places: list[Choice]
    months: list[Choice]
    modalities: list[Choice] = field(
        default_factory=lambda: [Choice(value, str(label)) for value, label in Modality.choices]
    )


def choices_of(
    lines: list[UpcomingSession], courses: list[CourseSummary], *, theme: str = "", place: str = ""
) -> Choices:
    """Values of the filters that lead somewhere, and the theme and the place asked for if they
    exist: a URL shared last year still means something."""
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
