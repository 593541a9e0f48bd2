"""The national quality framework (RNQ) as dated data: which indicators are in force on a day.

The grid of an audit is the one in force on the day of the audit, whatever the dates of the
sessions that it samples. Titles are short and in our own words: the official text is the annex
of the decree named by each version.
"""

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One of the seven criteria."""

    number: int
    title: str


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator of a version of the framework.

    `condition` says what makes it apply to training actions; `organisation_evidence` names what
    is asked once for the whole organisation and is not kept in this software yet.
    """

    number: int
    criterion: int
    title: str
    major_only: bool
    new_entrant_easing: bool
    condition: str
    organisation_evidence: str


@dataclass(frozen=True, kw_only=True)
class Referential:
    """One version of the framework, between two dates (both included; `None`: still in force)."""

    id: str
    name: str
    decree: str
    valid_from: dt.date
    valid_to: dt.date | None
    indicators: tuple[Indicator, ...]

    def indicator(self, number: int) -> Indicator:
        """The indicator of that number. Raises KeyError when this version has none."""
        for indicator in self.indicators:
            if indicator.number == number:
                return indicator
        raise KeyError(number)

    @property
    def numbers(self) -> frozenset[int]:
        """Numbers of the indicators."""
        return frozenset(indicator.number for indicator in self.indicators)


@cache
def referentials() -> tuple[Referential, ...]:
    """Every version known, oldest first."""
    return tuple(
        Referential(
            id=row["id"],
            name=row["name"],
            decree=row["decree"],
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            indicators=tuple(_indicators(row["file"])),
        )
        for row in _rows("referentials.csv")
    )


@cache
def criteria() -> tuple[Criterion, ...]:
    """The seven criteria, the same in every version."""
    return tuple(
        Criterion(number=int(row["number"]), title=row["title"]) for row in _rows("criteria.csv")
    )


def in_force(on: dt.date) -> Referential:
    """The version in force on the day `on`. Raises LookupError before the first one."""
    for referential in referentials():
        if referential.valid_from <= on and (
            referential.valid_to is None or on <= referential.valid_to
        ):
            return referential
    raise LookupError(f"No referential on {on}.")


def by_id(identifier: str) -> Referential:
    """The version of that id. Raises LookupError."""
    for referential in referentials():
        if referential.id == identifier:
            return referential
    raise LookupError(identifier)


def _indicators(name: str) -> Iterable[Indicator]:
    for row in _rows(name):
        yield Indicator(
            number=int(row["number"]),
            criterion=int(row["criterion"]),
            title=row["title"],
            major_only=row["major_only"] == "1",
            new_entrant_easing=row["new_entrant_easing"] == "1",
            condition=row["condition"],
            organisation_evidence=row["organisation_evidence"],
        )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))
