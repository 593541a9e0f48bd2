"""What a visitor asks of the catalogue, read from a plain address."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from cms.search_words import asked_stems
from training import french
from training.enums import Modality

#: Longer than any question, short enough for an address.
TEXT_LENGTH = 100
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
YES = "1"


@dataclass(frozen=True)
class Choice:
    """One value of a filter: what stands in the address, what people read."""

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


@dataclass(frozen=True, kw_only=True)
class CatalogueFilters:
    """The question of a visitor. One value that means nothing, and all are ignored, and said."""

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
        """Filters of an address such as `?q=collectif&theme=tiers-lieux&mois=2027-03`."""
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
            **asked,
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
        """The same question as the end of an address, always written alike: `?theme=…`."""
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


def month_of(day: dt.date) -> str:
    """« 2027-03 »."""
    return f"{day:%Y-%m}"


def month_name(month: str) -> str:
    """« mars 2027 », from « 2027-03 »."""
    year, number = month.split("-")
    return f"{french.MONTHS[int(number) - 1]} {year}"
