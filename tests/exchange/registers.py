"""Registers made for the tests: workbooks and texts, line by line."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl

DATA = Path(__file__).parents[1] / "data"
XLSX = DATA / "inscriptions.xlsx"
CSV = DATA / "inscriptions-cp1252.csv"
HEADINGS = ("Session", "Nom", "Prénom", "Courriel", "Téléphone", "Code postal")
#: A line that is right, for the headings above.
LINE = ("S-2026-01", "Kerrien", "Maëlle", "maelle@example.org", "0199000001", "44260")
#: Two numbers whose key is right.
SIRETS = ("28797309318144", "72940557114857")


def workbook(
    *lines: Sequence[object], headings: Sequence[object] = HEADINGS, title: str = "Feuil1"
) -> bytes:
    """An .xlsx file whose cells keep the types given."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for cells in (headings, *lines):
        sheet.append([None if cell == "" else cell for cell in cells])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def text(
    *lines: Sequence[object],
    headings: Sequence[object] = HEADINGS,
    delimiter: str = ";",
    encoding: str = "utf-8",
) -> bytes:
    """A .csv file."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([headings, *lines])
    return written.getvalue().encode(encoding)


def line(**cells: object) -> dict[str, object]:
    """The cells of one person, by heading; given to `register`."""
    return {"Session": "S-2026-01", "Nom": "Kerrien", "Prénom": "Maëlle", **cells}


def register(*people: dict[str, object]) -> bytes:
    """A workbook from cells by heading: the columns are those that are filled."""
    headings = list(dict.fromkeys(heading for person in people for heading in person))
    lines = [[person.get(heading, "") for heading in headings] for person in people]
    return workbook(*lines, headings=headings)


def many(count: int, *, session: str = "S-2026-01") -> bytes:
    """A register of `count` people who are all different."""
    return workbook(
        *(
            (session, f"Nom{rank}", "Camille", f"personne{rank}@example.org", "", "44260")
            for rank in range(count)
        )
    )
