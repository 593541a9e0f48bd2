"""From the bytes of a file to its sheets, without trusting the file. XLSX and CSV only."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.tables import texts, workbooks
from core.tables.rows import Limits, Recognise, Spreadsheet, TableRefused

MEBIBYTE = 1024 * 1024


@contextmanager
def opened(
    *, content: bytes, name: str, limits: Limits, recognise: Recognise
) -> Iterator[Spreadsheet]:
    """The sheets of a file, to be read before the block ends.

    `name` only serves to know what the file claims to be; `recognise` counts the headings that a
    row holds, by which the delimiter of a text is chosen. Raises `TableRefused`.
    """
    if not content:
        raise TableRefused("Ce fichier est vide.", code="table_empty")
    if len(content) > limits.size:
        raise TableRefused(
            f"Ce fichier dépasse {limits.size // MEBIBYTE} Mio : coupez-le en plusieurs.",
            code="table_too_big",
        )
    extension = name.lower().rpartition(".")[2]
    if extension == "xlsx":
        with workbooks.opened(content, limits) as spreadsheet:
            yield spreadsheet
    elif extension in {"csv", "txt", "tsv"}:
        yield texts.parsed(content, limits, recognise)
    else:
        raise TableRefused(
            "Seuls les fichiers .xlsx et .csv sont acceptés : dans votre tableur, utilisez "
            "« Enregistrer sous » et choisissez « Classeur Excel (.xlsx) ».",
            code="table_wrong_type",
        )
