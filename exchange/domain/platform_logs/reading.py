"""From the CSV of a platform to its columns and lines."""

from core.exceptions import DomainError
from core.tables import texts
from core.tables.rows import Cells, Limits, TableRefused
from exchange.domain.registers import values
from exchange.domain.registers.reading import as_import

#: The row of headings and 5,000 lines.
LOG_LIMITS = Limits(size=2 * 1024 * 1024, rows=5_001, heading_rows=1)
SENTENCES = {
    "table_unreadable": "Ce fichier CSV ne se lit pas : un guillemet n’est jamais fermé.",
    "table_too_many_rows": "Ce journal dépasse 5 000 lignes : coupez-le.",
}
#: Name of a column → the headings that say it, folded.
HEADINGS = {
    "person": ("courriel", "e mail", "email", "mail", "adresse mail", "utilisateur"),
    "activity": ("activite", "module", "cours", "lecon"),
    "done_on": ("termine le", "terminee le", "date", "acheve le", "completion"),
    "evidence": ("trace", "preuve", "type de trace"),
    "reference": ("resultat", "reference", "note", "travail"),
}
NEEDED = {"person": "Courriel", "activity": "Activité", "done_on": "Terminé le"}


def read(content: bytes) -> tuple[dict[str, int], list[tuple[int, list[str]]]]:
    """Where the columns are, and the lines that hold something, numbered as in the file.

    Raises `DomainError`: `import_empty`, `import_too_big`, `import_wrong_type`,
    `import_unreadable`, `import_headings_missing`, `import_no_line`, `import_too_many_rows`,
    `import_too_many_columns`.
    """
    if not content:
        raise DomainError("Ce fichier est vide.", code="import_empty")
    if len(content) > LOG_LIMITS.size:
        raise DomainError("Ce journal dépasse 2 Mio : coupez-le.", code="import_too_big")
    try:
        (sheet,) = texts.parsed(content, LOG_LIMITS, _recognised).sheets
        table = [(row.number, list(map(str, row.cells))) for row in sheet.rows()]
    except TableRefused as refusal:
        raise as_import(refusal, SENTENCES) from refusal
    folded = [values.fold(cell) for cell in table[0][1]] if table else []
    columns = {
        name: folded.index(written)
        for name, headings in HEADINGS.items()
        for written in reversed(headings)
        if written in folded
    }
    missing = [label for name, label in NEEDED.items() if name not in columns]
    if missing:
        raise DomainError(
            f"Il manque des colonnes : {', '.join(missing)}.", code="import_headings_missing"
        )
    if len(table) == 1:
        raise DomainError("Ce journal ne contient aucune ligne.", code="import_no_line")
    return columns, table[1:]


def _recognised(cells: Cells) -> int:
    known = {written for headings in HEADINGS.values() for written in headings}
    return sum(values.fold(str(cell)) in known for cell in cells)
