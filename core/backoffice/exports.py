"""Lists as spreadsheets: no formula, French dates, a CSV that French spreadsheets open well."""

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from wagtail.admin.views.mixins import Echo, SpreadsheetExportMixin

from core.tables.writing import safe_cell

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _local_naive(value: dt.datetime) -> dt.datetime:
    return timezone.make_naive(value) if timezone.is_aware(value) else value


def _short(value: dt.date | dt.datetime) -> str:
    if isinstance(value, dt.datetime):
        return date_format(_local_naive(value), "d/m/Y H:i")
    return date_format(value, "d/m/Y")


def _yes_no(value: bool) -> str:
    return "oui" if value else "non"


class SafeExportMixin(SpreadsheetExportMixin):
    """Wagtail's export, with cells that cannot be formulas and times of Paris.

    A list that names no column to export has none: it is shown whatever its URL asks for, where
    Wagtail would answer with a file of blank lines.
    """

    is_export: bool
    custom_value_preprocess = {
        bool: {"xlsx": _yes_no, "csv": _yes_no},
        dt.datetime: {"xlsx": _local_naive, "csv": _short},
        dt.date: {"xlsx": None, "csv": _short},
        type(None): {"xlsx": lambda _value: "", "csv": lambda _value: ""},
    }

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.is_export = self.is_export and bool(self.list_export)

    def get_preprocess_function(
        self, field: str, value: object, export_format: str
    ) -> Callable[[Any], Any]:
        prepare = super().get_preprocess_function(field, value, export_format)
        return lambda item: safe_cell(prepare(item) if prepare else item)

    def stream_csv(self, queryset: QuerySet[Any]) -> Iterator[bytes]:
        """Semicolons and a byte order mark: what a French Excel expects, and others accept."""
        writer = csv.DictWriter(Echo(), fieldnames=self.list_export, delimiter=";")
        yield BYTE_ORDER_MARK
        yield writer.writerow(
            {field: self.get_heading(queryset, field) for field in self.list_export}
        )
        for item in queryset:
            yield self.write_csv_row(writer, self.to_row_dict(item))
