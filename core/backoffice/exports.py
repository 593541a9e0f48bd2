"""Lists as spreadsheets: whole or not at all, no formula, French dates and names of columns."""

import csv
import datetime as dt
import io
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from django.core.files.base import File
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from core.domain import list_exports
from core.downloads import private_file
from core.tables.writing import safe_cell

#: Rows between two looks at how far it is.
STEP = 1_000


def _local_naive(value: dt.datetime) -> dt.datetime:
    return timezone.make_naive(value) if timezone.is_aware(value) else value


def _short(value: dt.date | dt.datetime) -> str:
    if isinstance(value, dt.datetime):
        return date_format(_local_naive(value), "d/m/Y H:i")
    return date_format(value, "d/m/Y")


def _yes_no(value: bool) -> str:
    return "oui" if value else "non"


def value_at(item: Any, path: str) -> Any:
    """The value at the end of a path of names; None as soon as a relation is empty.

    A name that does not exist raises `AttributeError`: an empty relation alone is no fault.
    """
    value = item
    for name in path.split("."):
        if value is None:
            return None
        value = getattr(value, name)
        if callable(value):
            value = value()
    return value


class SafeExportMixin(SpreadsheetExportMixin):
    """Wagtail's export, with cells that cannot be formulas and times of Paris, never cut.

    The file is written whole before it is sent; a long one by the worker, on a page that says how
    far it is. A list that names no column to export has none: it is shown whatever its URL asks
    for, where Wagtail would answer with a file of blank lines.
    """

    is_export: bool
    request: HttpRequest
    custom_value_preprocess = {
        bool: {"xlsx": _yes_no, "csv": _yes_no},
        dt.datetime: {"xlsx": _local_naive, "csv": _short},
        dt.date: {"xlsx": None, "csv": _short},
        type(None): {"xlsx": lambda _value: "", "csv": lambda _value: ""},
    }

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.is_export = self.is_export and bool(self.list_export)

    def to_row_dict(self, item: Any) -> OrderedDict[str, Any]:
        return OrderedDict((path, value_at(item, path)) for path in self.list_export)

    def get_preprocess_function(
        self, field: str, value: object, export_format: str
    ) -> Callable[[Any], Any]:
        prepare = super().get_preprocess_function(field, value, export_format)
        return lambda item: safe_cell(prepare(item) if prepare else item)

    # --- The answer -------------------------------------------------------------------------------

    def as_spreadsheet(self, queryset: QuerySet[Any], spreadsheet_format: str) -> HttpResponseBase:
        name = f"{self.get_filename()}.{spreadsheet_format}"
        target = getattr(self.request, "export_target", None)
        if target is not None:
            self._write(queryset, spreadsheet_format, target.output, target.on_progress)
            target.name = name
            return HttpResponse()
        rows = queryset.count()
        if rows > list_exports.MOST_AT_ONCE:
            job = list_exports.ask(
                path=self.request.path,
                query=self.request.GET.urlencode(),
                rows=rows,
                actor=self.request.user,  # type: ignore[arg-type]
            )
            return redirect("list-export", job.uuid)
        with ExitStack() as when_it_fails:
            output = when_it_fails.enter_context(tempfile.TemporaryFile())
            self._write(queryset, spreadsheet_format, output, lambda _done: None)
            when_it_fails.pop_all()
        output.seek(0)
        return private_file(File(output), name=name, as_attachment=True)

    def _write(
        self,
        queryset: QuerySet[Any],
        spreadsheet_format: str,
        output: IO[bytes],
        on_progress: Callable[[int], None],
    ) -> None:
        headings = [self.get_heading(queryset, path) for path in self.list_export]
        # Closed whatever happens, and its cursor with it.
        with closing(_counted(queryset.iterator(chunk_size=STEP), on_progress)) as rows:
            if spreadsheet_format == self.FORMAT_CSV:
                self._write_csv(headings, rows, output)
            else:
                self._write_xlsx(headings, rows, output)

    def _write_csv(self, headings: list[str], rows: Iterator[Any], output: IO[bytes]) -> None:
        """Semicolons and a byte order mark: what a French Excel expects, and others accept."""
        text = io.TextIOWrapper(output, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text, delimiter=";")
        writer.writerow(headings)
        writer.writerows(self._cells(row, self.FORMAT_CSV) for row in rows)
        text.detach()

    def _write_xlsx(self, headings: list[str], rows: Iterator[Any], output: IO[bytes]) -> None:
        workbook = Workbook(write_only=True, iso_dates=True)
        sheet = workbook.create_sheet(title=self.get_sheet_title())
        sheet.append(headings)
        for row in rows:
            sheet.append(_plain_cells(sheet, self._cells(row, self.FORMAT_XLSX)))
        workbook.save(output)

    def get_sheet_title(self) -> str:
        """What the sheet of a workbook is called: 31 letters at most, says the format."""
        return str(self.get_filename())[:31]

    def _cells(self, row: Any, export_format: str) -> list[Any]:
        return [
            self.preprocess_field_value(path, value, export_format)
            for path, value in self.to_row_dict(row).items()
        ]


def _counted(rows: Iterator[Any], on_progress: Callable[[int], None]) -> Generator[Any, None, None]:
    for done, row in enumerate(rows, 1):
        yield row
        if done % STEP == 0:
            on_progress(done)


def _plain_cells(sheet: Any, values: list[Any]) -> Iterator[Any]:
    """The cells of a row; dates as dates, no text taken for a formula or for an error."""
    for value in values:
        if isinstance(value, str):
            cell = WriteOnlyCell(sheet, value)
            cell.data_type = "s"
            yield cell
        elif isinstance(value, dt.datetime):
            cell = WriteOnlyCell(sheet, value)
            cell.number_format = "dd/mm/yyyy hh:mm"
            yield cell
        elif isinstance(value, dt.date):
            cell = WriteOnlyCell(sheet, value)
            cell.number_format = "dd/mm/yyyy"
            yield cell
        else:
            yield value
