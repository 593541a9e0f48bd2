"""From the file of a register to its columns and lines: the sheet and the row of its headings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from core.exceptions import DomainError
from core.tables.reading import opened
from core.tables.rows import Limits, Row, TableRefused, thousands, width
from core.tables.texts import DELIMITERS
from exchange.domain.registers import headings

#: Enrolments in one register.
MAX_ROWS = 5_000
#: Lines looked at to find the headings: some registers begin with a title.
HEADING_LINES = 10
REGISTER_LIMITS = Limits(
    size=10 * 1024 * 1024, rows=HEADING_LINES + MAX_ROWS, heading_rows=HEADING_LINES
)
#: What a refusal says of a register, where it says more than of any table.
SENTENCES = {
    "table_too_big": "Ce fichier dépasse 10 Mio : coupez le registre en plusieurs fichiers.",
    "table_bomb": (
        "Ce classeur est démesuré une fois décompressé : copiez le registre seul dans un nouveau "
        "classeur."
    ),
    "table_too_many_columns": (
        f"Ce fichier a plus de {REGISTER_LIMITS.columns} colonnes : gardez celles du modèle."
    ),
    "table_too_many_rows": (
        f"Ce fichier dépasse {thousands(MAX_ROWS)} lignes : coupez-le en plusieurs."
    ),
}


@dataclass(frozen=True)
class Register:
    """A file read: where each column is, its lines that hold something, what to say about it."""

    columns: dict[str, int]
    width: int
    rows: list[Row]
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(*, content: bytes, name: str, session_given: bool) -> Register:
    """Read a register. `name` only serves to know what the file claims to be.

    Raises `DomainError`: `import_empty`, `import_too_big`, `import_wrong_type`,
    `import_unreadable`, `import_bomb`, `import_too_many_rows`, `import_too_many_columns`,
    `import_headings_missing`, `import_headings_twice`, `import_no_line`.
    """
    recognise = headings.recognised
    try:
        with opened(
            content=content, name=name, limits=REGISTER_LIMITS, recognise=recognise
        ) as spreadsheet:
            sheets = spreadsheet.sheets
            sheet = (
                max(sheets, key=lambda item: item.recognised(recognise))
                if len(sheets) > 1
                else sheets[0]
            )
            register = _register(sheet.rows(), session_given=session_given)
    except TableRefused as refusal:
        raise as_import(refusal, SENTENCES) from refusal
    if len(sheets) > 1:
        register.notes.append(f"Seule la feuille « {sheet.name} » est lue.")
    if spreadsheet.encoding:
        register.notes.append(
            f"Texte lu en {spreadsheet.encoding}, colonnes séparées par "
            f"{DELIMITERS[spreadsheet.delimiter]}."
        )
    return register


def as_import(refusal: TableRefused, sentences: dict[str, str]) -> DomainError:
    """The refusal of a table as that of an import: its code, and its own sentence if it has one."""
    return DomainError(
        sentences.get(refusal.code, refusal.message),
        code=refusal.code.replace("table_", "import_", 1),
    )


def _register(rows: Iterator[Row], *, session_given: bool) -> Register:
    """Find the headings, then keep the lines that follow, within the limits."""
    first = list(islice(rows, HEADING_LINES))
    if not first:
        raise DomainError("Ce fichier ne contient aucune ligne.", code="import_no_line")
    position = max(range(len(first)), key=lambda rank: headings.recognised(first[rank].cells))
    found = headings.identify(first[position].cells, session_given=session_given)
    kept = first[position + 1 :]
    for row in rows:
        if len(kept) == MAX_ROWS:
            raise DomainError(SENTENCES["table_too_many_rows"], code="import_too_many_rows")
        kept.append(row)
    if not kept:
        raise DomainError(
            "Ce fichier porte les en-têtes, mais aucune inscription.", code="import_no_line"
        )
    return Register(found.index, width(first[position].cells), kept, found.ignored)
