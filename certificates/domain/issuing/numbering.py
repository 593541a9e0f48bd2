"""Yearly numbers without gaps: one row per kind and year, locked while the next one is taken."""

import datetime as dt
from typing import NamedTuple

from certificates.kinds import DocumentKind
from certificates.models import DocumentCounter


class Number(NamedTuple):
    """A number of the yearly register, and how it is written."""

    year: int
    sequence: int
    text: str


def take(*, kind: DocumentKind, on: dt.date, count: int = 1) -> list[Number]:
    """The next `count` numbers of the kind for the year of `on`.

    To be called inside the short transaction that writes their documents: if it fails, the
    numbers were never given. Two transactions that take numbers wait for each other.
    """
    DocumentCounter.objects.get_or_create(kind=kind.code, year=on.year)
    counter = DocumentCounter.objects.select_for_update(of=("self",)).get(
        kind=kind.code, year=on.year
    )
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return [
        Number(on.year, sequence, f"{kind.prefix}-{on.year}-{sequence:04d}")
        for sequence in range(first, first + count)
    ]
