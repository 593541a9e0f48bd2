"""What a file is read into: sheets, rows, cells; and the limits within which it is read."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import NamedTuple, TypeAlias

from core.exceptions import DomainError

#: A CSV only holds texts; a workbook holds what the spreadsheet typed.
Cell: TypeAlias = (
    str | int | float | Decimal | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
)
Cells: TypeAlias = Sequence[Cell]
#: How many cells of a row the caller knows for headings.
Recognise: TypeAlias = Callable[[Cells], int]


class TableRefused(DomainError):
    """A file that cannot be read, or is beyond a limit; the sentence says what to do.

    Codes: `table_empty`, `table_too_big`, `table_wrong_type`, `table_unreadable`, `table_bomb`,
    `table_too_many_rows`, `table_too_many_columns`.
    """


class Row(NamedTuple):
    """A row that holds something, under the number that the spreadsheet gives it."""

    number: int
    cells: Cells


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Beyond which a file is refused: bytes as sent and once unfolded, filled rows, columns."""

    size: int
    rows: int
    columns: int = 100
    #: The parts of a workbook, unfolded: ten times what its largest honest table needs.
    unfolded_size: int = 20 * 1024 * 1024
    zip_members: int = 2_000
    #: Rows of a workbook, empty ones included: spreadsheets write those that were once coloured.
    written_rows: int = 50_000
    #: Different texts of a workbook, which are read before its first row.
    texts: int = 500_000
    #: Rows looked at to find the headings: some files begin with a title.
    heading_rows: int = 10


@dataclass(frozen=True)
class Sheet:
    """One sheet. Its rows are read as they are asked for, each time from the start."""

    name: str
    limits: Limits
    #: The rows as the file has them, empty ones left out, whatever their number and width.
    read: Callable[[], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        """Every row that holds something. Raises `TableRefused` at the first beyond a limit."""
        for count, row in enumerate(self.read(), 1):
            if count > self.limits.rows:
                raise TableRefused(
                    f"Ce fichier dépasse {thousands(self.limits.rows)} lignes : coupez-le en "
                    "plusieurs.",
                    code="table_too_many_rows",
                )
            if width(row.cells) > self.limits.columns:
                raise TableRefused(
                    f"Ce fichier a plus de {self.limits.columns} colonnes.",
                    code="table_too_many_columns",
                )
            yield row

    def recognised(self, recognise: Recognise) -> int:
        """How many headings stand in the first row that has most of them."""
        first = islice(self.read(), self.limits.heading_rows)
        return max((recognise(row.cells) for row in first), default=0)


@dataclass(frozen=True)
class Spreadsheet:
    """The visible sheets of a file; of a text, how it was read (both empty for a workbook)."""

    sheets: Sequence[Sheet]
    encoding: str = ""
    delimiter: str = ""


def filled(rows: Iterator[Cells], *, at_most: int | None = None) -> Iterator[Row]:
    """The rows that hold something, numbered from 1, empty ones counted.

    Raises `TableRefused` beyond `at_most` of them.
    """
    for number, cells in enumerate(rows, 1):
        if at_most is not None and number > at_most:
            raise too_many_written_rows(at_most)
        if any(map(is_filled, cells)):
            yield Row(number, cells)


def too_many_written_rows(limit: int) -> TableRefused:
    """The refusal of a sheet that goes on, empty, far below its table."""
    return TableRefused(
        f"Cette feuille s’étend sur plus de {thousands(limit)} lignes, vides comprises : copiez le "
        "tableau seul dans un nouveau classeur.",
        code="table_too_many_rows",
    )


def is_filled(cell: Cell) -> bool:
    """Whether a cell holds something else than spaces."""
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def width(cells: Cells) -> int:
    """Number of cells up to the last that holds something."""
    return max((rank for rank, cell in enumerate(cells, 1) if is_filled(cell)), default=0)


def thousands(number: int) -> str:
    """« 5 000 », with the narrow space of French typography."""
    return f"{number:,}".replace(",", "\u202f")
