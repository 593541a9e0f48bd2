"""Texts (.csv): their encoding and their delimiter are found."""

import csv
import io
from collections.abc import Iterator
from functools import partial

from core.tables.rows import Limits, Recognise, Row, Sheet, Spreadsheet, TableRefused, filled

#: Delimiters known, and their names.
DELIMITERS = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}


def parsed(content: bytes, limits: Limits, recognise: Recognise) -> Spreadsheet:
    """A text as one sheet without a name. Raises `TableRefused`, also while its rows are read."""
    text, encoding = decode(content)
    delimiter = _delimiter(text, limits, recognise)
    sheet = Sheet("", limits, partial(_rows, text, delimiter))
    return Spreadsheet([sheet], encoding, delimiter)


def decode(content: bytes) -> tuple[str, str]:
    """The text, and the name of the encoding that it was read in.

    Raises `TableRefused` (`table_wrong_type`).
    """
    refusal = TableRefused(
        "Ce fichier n’est pas un texte que nous savons lire : enregistrez-le en "
        "« CSV UTF-8 » ou en .xlsx.",
        code="table_wrong_type",
    )
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16"), "UTF-16"
        if b"\0" in content or content.startswith((b"PK\x03\x04", b"%PDF")):
            raise refusal
        if content.startswith(b"\xef\xbb\xbf"):
            return content.decode("utf-8-sig"), "UTF-8 (avec marque)"
        try:
            return content.decode("utf-8"), "UTF-8"
        except UnicodeDecodeError:
            return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError as error:
        raise refusal from error


def _delimiter(text: str, limits: Limits, recognise: Recognise) -> str:
    """The sign that makes most headings appear in the first lines."""
    start = "\n".join(text.splitlines()[: 2 * limits.heading_rows])

    def found(delimiter: str) -> int:
        try:
            return Sheet("", limits, partial(_rows, start, delimiter)).recognised(recognise)
        except TableRefused:
            return 0

    return max(DELIMITERS, key=found)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    try:
        yield from filled(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise TableRefused(
            "Ce fichier CSV ne se lit pas : une cellule est démesurée ou un guillemet n’est "
            "jamais fermé.",
            code="table_unreadable",
        ) from error
