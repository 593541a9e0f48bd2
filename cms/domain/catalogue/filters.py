"""Filters of the catalogue: read from a URL, and what they leave of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from cms.domain.catalogue.choices import Choice, Choices
from cms.domain.catalogue.courses import CourseSummary
from cms.domain.catalogue.months import month_name, month_of
from cms.domain.upcoming_sessions import UpcomingSession
from cms.search_words import asked_stems

#: Longer than any search, short enough for a URL.
TEXT_LENGTH = 100
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
YES = "1"


@dataclass(frozen=True, kw_only=True)
class CatalogueFilters:
    """What a visitor asks. One value that means nothing, and all are ignored: the page says so."""

    text: str = ""
    theme: str = ""
    place: str = ""
    modality: str = ""
    month: str = ""  # « 2027-03 »
    without_prerequisites: bool = False
    accessible_price: bool = False
    ignored: bool = False

    @classmethod
    def read(cls, query: QueryDict, choices: Choices) -> "CatalogueFilters":
        """Filters of a URL such as `?q=collectif&theme=tiers-lieux&mois=2027-03`."""
        text = words_asked(query)
        asked = {
            "theme": query.get("theme", ""),
            "place": query.get("lieu", ""),
            "modality": query.get("modalite", ""),
        }
        known: dict[str, Iterable[Choice]] = {
            "theme": choices.themes,
            "place": choices.places,
            "modality": choices.modalities,
        }
        boxes = [query.get("sans-prerequis", ""), query.get("prix-accessible", "")]
        month = query.get("mois", "")
        makes_sense = (
            all(
                not value or value in {choice.value for choice in known[name]}
                for name, value in asked.items()
            )
            and (not month or MONTH.fullmatch(month))
            and all(box in {"", YES} for box in boxes)
            and (not text or (len(text) <= TEXT_LENGTH and asked_stems(text)))
        )
        if not makes_sense:
            return cls(ignored=True)
        return cls(
            text=text,
            month=month,
            without_prerequisites=boxes[0] == YES,
            accessible_price=boxes[1] == YES,
            theme=asked["theme"],
            place=asked["place"],
            modality=asked["modality"],
        )

    @property
    def is_active(self) -> bool:
        """Whether the list is shorter than the whole catalogue for a reason of the visitor's."""
        return bool(self.as_query())

    @property
    def count(self) -> int:
        """How many filters are on, the words left out."""
        return len(self._parameters()) - bool(self.text)

    @property
    def chooses_sessions(self) -> bool:
        """Whether only courses with a session to come, of a month or a place, are wanted."""
        return bool(self.month or self.place)

    @property
    def month_name(self) -> str:
        """« mars 2027 », or nothing."""
        return month_name(self.month) if self.month else ""

    def as_query(self, **instead: str) -> str:
        """The same filters as the end of a URL, always written alike: `?theme=…`."""
        parameters = {**self._parameters(), **instead}
        kept = {name: value for name, value in parameters.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def _parameters(self) -> dict[str, str]:
        values: dict[str, Any] = {
            "q": self.text,
            "theme": self.theme,
            "lieu": self.place,
            "modalite": self.modality,
            "mois": self.month,
            "sans-prerequis": YES if self.without_prerequisites else "",
            "prix-accessible": YES if self.accessible_price else "",
        }
        return {name: value for name, value in values.items() if value}


def words_asked(query: QueryDict) -> str:
    """What was typed, without the spaces around it."""
    return query.get("q", "").strip()


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


def courses_asked(
    courses: list[CourseSummary], filters: CatalogueFilters, *, highest_price: int
) -> list[CourseSummary]:
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
    return sorted(found, key=lambda course: course.rank or 0) if filters.text else found
