"""From the bytes of a file to its lines of cells, without trusting the file.

XLSX and CSV only. What is refused is refused by a `DomainError` whose sentence says what to do.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from training.domain.imports import headings
from training.exceptions import DomainError

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 100
#: A 10 MiB workbook never unfolds honestly beyond this.
MAX_UNFOLDED_BYTES = 100 * 1024 * 1024
MAX_ZIP_MEMBERS = 2_000
#: Lines looked at to find the headings: some registers begin with a title.
HEADING_LINES = 10
DELIMITERS = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}

Cells = Sequence[object]


@dataclass(frozen=True)
class Register:
    """A file read: where each column is, its lines that hold something, what to tell about it."""

    columns: dict[str, int]
    width: int
    rows: list[tuple[int, Cells]]
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(*, content: bytes, name: str, session_given: bool) -> Register:
    """Read a register. `name` only serves to know what the file claims to be.

    Raises `DomainError`: `import_empty`, `import_too_big`, `import_wrong_type`,
    `import_unreadable`, `import_bomb`, `import_too_many_rows`, `import_too_many_columns`,
    `import_headings_missing`, `import_headings_twice`, `import_no_line`.
    """
    if not content:
        raise DomainError("Ce fichier est vide.", code="import_empty")
    if len(content) > MAX_BYTES:
        raise DomainError(
            "Ce fichier dépasse 10 Mio : coupez le registre en plusieurs fichiers.",
            code="import_too_big",
        )
    extension = name.lower().rpartition(".")[2]
    if extension == "xlsx":
        return _read_workbook(content, session_given)
    if extension in {"csv", "txt", "tsv"}:
        return _read_text(content, session_given)
    raise DomainError(
        "Seuls les fichiers .xlsx et .csv sont acceptés : dans votre tableur, utilisez "
        "« Enregistrer sous » et choisissez « Classeur Excel (.xlsx) ».",
        code="import_wrong_type",
    )


# --- Workbooks ------------------------------------------------------------------------------------


def _read_workbook(content: bytes, session_given: bool) -> Register:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise DomainError(
            "Ce classeur est protégé par un mot de passe, ou à l’ancien format .xls : "
            "enregistrez-le sans mot de passe au format .xlsx.",
            code="import_wrong_type",
        )
    _refuse_hostile_zip(content)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError,
            SyntaxError) as error:  # fmt: skip
        raise _unreadable() from error
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise _unreadable()
        chosen, rows = _sheet_with_headings(sheets)
        register = _register(rows, session_given=session_given)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError) as error:
        raise _unreadable() from error
    finally:
        book.close()
    if len(sheets) > 1:
        register.notes.append(f"Seule la feuille « {chosen} » est lue.")
    return register


def _refuse_hostile_zip(content: bytes) -> None:
    """Refuse what is no workbook, what would unfold without end, and XML with entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise DomainError(
                    "Ce fichier n’est pas un classeur Excel (.xlsx).", code="import_wrong_type"
                )
            if (
                len(members) > MAX_ZIP_MEMBERS
                or sum(member.file_size for member in members) > MAX_UNFOLDED_BYTES
            ):
                raise DomainError(
                    "Ce classeur est démesuré une fois décompressé : copiez le registre seul "
                    "dans un nouveau classeur.",
                    code="import_bomb",
                )
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        start = part.read(4096)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise _unreadable()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise DomainError(
            "Ce fichier porte l’extension .xlsx mais n’est pas un classeur Excel.",
            code="import_wrong_type",
        ) from error


def _sheet_with_headings(sheets: Sequence[Any]) -> tuple[str, Iterator[tuple[int, Cells]]]:
    """The sheet whose first lines name most columns."""
    best, most = sheets[0], -1
    for sheet in sheets:
        sheet.reset_dimensions()  # the file may lie about its size
        found = max(
            (headings.recognised(cells) for _n, cells in _first_lines(_sheet_rows(sheet))),
            default=0,
        )
        if found > most:
            best, most = sheet, found
    return best.title, _sheet_rows(best)


def _sheet_rows(sheet: object) -> Iterator[tuple[int, Cells]]:
    rows = sheet.iter_rows(values_only=True)  # type: ignore[attr-defined]
    for number, cells in enumerate(rows, 1):
        if any(_is_filled(cell) for cell in cells):
            yield number, cells


def _first_lines(rows: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    for rank, row in enumerate(rows):
        if rank >= HEADING_LINES:
            return
        yield row


def _unreadable() -> DomainError:
    return DomainError(
        "Ce classeur est abîmé ou contient ce que nous ne savons pas lire : ouvrez-le dans votre "
        "tableur et enregistrez-le de nouveau au format .xlsx.",
        code="import_unreadable",
    )


# --- Text -----------------------------------------------------------------------------------------


def _read_text(content: bytes, session_given: bool) -> Register:
    text, encoding = decode(content)
    delimiter = _delimiter(text)
    try:
        register = _register(_text_rows(text, delimiter), session_given=session_given)
    except csv.Error as error:
        raise DomainError(
            "Ce fichier CSV ne se lit pas : une cellule est démesurée ou un guillemet n’est "
            "jamais fermé.",
            code="import_unreadable",
        ) from error
    register.notes.append(f"Texte lu en {encoding}, colonnes séparées par {DELIMITERS[delimiter]}.")
    return register


def decode(content: bytes) -> tuple[str, str]:
    """The text, and the name of the encoding that it was read in.

    Raises `DomainError` (`import_wrong_type`).
    """
    refusal = DomainError(
        "Ce fichier n’est pas un texte que nous savons lire : enregistrez-le en "
        "« CSV UTF-8 » ou en .xlsx.",
        code="import_wrong_type",
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


def _delimiter(text: str) -> str:
    """The sign that makes most headings appear in the first lines."""
    start = "\n".join(text.splitlines()[: 2 * HEADING_LINES])

    def found(delimiter: str) -> int:
        try:
            lines = _first_lines(_text_rows(start, delimiter))
            return max((headings.recognised(cells) for _number, cells in lines), default=0)
        except csv.Error:
            return 0

    return max(DELIMITERS, key=found)


def _text_rows(text: str, delimiter: str) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for number, cells in enumerate(reader, 1):
        if any(_is_filled(cell) for cell in cells):
            yield number, cells


# --- Both -----------------------------------------------------------------------------------------


def _register(rows: Iterator[tuple[int, Cells]], *, session_given: bool) -> Register:
    """Find the headings, then keep the lines that follow, within the limits."""
    first: list[tuple[int, Cells]] = []
    for row in rows:
        first.append(row)
        if len(first) == HEADING_LINES:
            break
    if not first:
        raise DomainError("Ce fichier ne contient aucune ligne.", code="import_no_line")
    position = max(range(len(first)), key=lambda rank: headings.recognised(first[rank][1]))
    if any(_width(cells) > MAX_COLUMNS for _number, cells in first):
        raise DomainError(
            f"Ce fichier a plus de {MAX_COLUMNS} colonnes : gardez celles du modèle.",
            code="import_too_many_columns",
        )
    found = headings.identify(first[position][1], session_given=session_given)
    kept = first[position + 1 :]
    for row in rows:
        if len(kept) == MAX_ROWS:
            raise DomainError(
                f"Ce fichier dépasse {_thousands(MAX_ROWS)} lignes : coupez-le en plusieurs.",
                code="import_too_many_rows",
            )
        kept.append(row)
    if not kept:
        raise DomainError(
            "Ce fichier porte les en-têtes, mais aucune inscription.", code="import_no_line"
        )
    return Register(found.index, _width(first[position][1]), kept, found.ignored)


def _width(cells: Cells) -> int:
    return max((rank for rank, cell in enumerate(cells, 1) if _is_filled(cell)), default=0)


def _is_filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
