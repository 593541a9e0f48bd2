"""CSV files of the pack: semicolons and a byte order mark, so that a French spreadsheet opens them.

A cell that a spreadsheet would run as a formula begins with an apostrophe.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone

from core.tables.writing import safe_cell

MIME = "text/csv; charset=utf-8"
_BATCH = 500


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The bytes of a CSV file, some hundreds of rows at a time."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(header)
    for rank, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if rank % _BATCH == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def cell(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(safe_cell(value))
