"""Lists as spreadsheets: every list of ours gives its columns, or no file at all."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from django.core.signals import request_finished
from django.db import close_old_connections

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from certificates import kinds
from certificates.models import Document
from core.backoffice.exports import SafeExportMixin
from core.tables.writing import safe_cell
from tests.cast import Actor
from tests.core.backoffice.bare_rows import bare, full
from tests.factories import EnrolmentFactory
from tests.project_urls import ProjectUrl, all_urls

#: Wagtail's own list of users, which the owner alone opens.
OF_WAGTAIL = "wagtailusers_users:"


def _exports(url: ProjectUrl) -> bool:
    view = getattr(url.callback, "view_class", None)
    if not url.is_ours or url.name.startswith(OF_WAGTAIL):
        return False
    return isinstance(view, type) and issubclass(view, SpreadsheetExportMixin)


LISTS = [url for url in all_urls() if _exports(url)]


def test_the_lists_are_those_of_every_app() -> None:
    assert len(LISTS) > 40


@pytest.mark.parametrize("url", LISTS, ids=lambda url: url.name)
def test_a_list_exports_named_columns_or_nothing(rf: Any, url: ProjectUrl) -> None:
    """Wagtail's own would answer with blank lines where no column is named."""
    view = url.callback.view_class(**url.callback.view_initkwargs)
    assert isinstance(view, SafeExportMixin)
    view.setup(rf.get("/", {"export": "csv"}))
    assert view.is_export == bool(view.list_export)


@pytest.mark.django_db
def test_a_list_without_columns_to_export_is_shown(office: Actor) -> None:
    response = office.get("/gestion/absences/?export=csv")
    assert response["Content-Type"].startswith("text/html")


# --- What the files hold --------------------------------------------------------------------------


class Rows:
    """What an export asks of a queryset."""

    def __init__(self, model: Any, rows: list[Any]) -> None:
        self.model, self.rows = model, rows

    def count(self) -> int:
        return len(self.rows)

    def iterator(self, chunk_size: int) -> Iterator[Any]:
        yield from self.rows


def read_back(content: bytes, file_format: str) -> list[list[str]]:
    """The cells of a file, by a reader that is not the writer."""
    if file_format == "csv":
        text = content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    (sheet,) = workbook.sheet_names
    rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [[str(cell) for cell in row] for row in rows]


def exported(response: Any, file_format: str) -> list[list[str]]:
    """The cells of an answer, which is then closed as the server does, the database left open."""
    content = b"".join(response.streaming_content)
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    return read_back(content, file_format)


EXPORTED = [
    url
    for url in LISTS
    if url.callback.view_initkwargs.get("list_export") and not url.name.endswith("_results")
]


def test_the_lists_with_columns_are_those_of_the_office() -> None:
    assert len(EXPORTED) >= 15


@pytest.mark.django_db
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("url", EXPORTED, ids=lambda url: url.name)
def test_a_row_without_relations_and_one_full_of_anything_are_exported_whole(
    rf: Any, url: ProjectUrl, file_format: str
) -> None:
    view = url.callback.view_class(**url.callback.view_initkwargs)
    view.setup(rf.get("/", {"export": file_format}))
    rows = [bare(view.model), full(view.model)]
    # What the list counts beside the columns of its rows.
    for name in view.get_base_queryset().query.annotations:
        for row in rows:
            setattr(row, name, None)
    for row in rows:
        if isinstance(row, Document):
            row.kind = kinds.CERTIFICATE
    cells = exported(view.as_spreadsheet(Rows(view.model, rows), file_format), file_format)
    assert len(cells) == 3
    assert {len(row) for row in cells} == {len(view.list_export)}
    headings = cells[0]
    assert len(set(headings)) == len(headings)
    # No name of the code, and none of its English.
    assert not set(headings) & set(view.list_export)
    assert not [text for text in headings if text.isascii() and text.lower() in ENGLISH]
    written = "".join(cells[1] + cells[2])
    assert not set(written) & set("\x00\x0b\x1f\ufffe\ud800")
    assert not [cell for cell in cells[2] if cell.startswith("=")]


#: Names that Django makes up from those of the fields.
ENGLISH = {"actor", "learner", "created at", "verb", "object type", "subject id", "kind"}


@pytest.mark.django_db
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_reserved_seat_has_no_name_and_is_exported(office: Actor, file_format: str) -> None:
    EnrolmentFactory(learner=None, employer=None)
    named = EnrolmentFactory(learner__last_name="Łukaszewicz", learner__phone="+32 475 12 34 56")
    response = office.get(f"/gestion/inscriptions/?export={file_format}")
    assert response["Content-Disposition"] == f'attachment; filename="inscriptions.{file_format}"'
    cells = exported(response, file_format)
    assert {row[0] for row in cells[1:]} == {"", named.learner.last_name}


@pytest.mark.django_db
def test_a_fault_in_the_middle_answers_with_the_fault_not_with_half_a_file(
    office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    EnrolmentFactory.create_batch(2)
    office.raise_request_exception = False
    monkeypatch.setattr(SafeExportMixin, "_cells", lambda *_args: 1 / 0)
    assert office.get("/gestion/inscriptions/?export=csv").status_code == 500


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("+33 6 39 98 00 01", "+33 6 39 98 00 01"),
        ("+32475123407", "+32475123407"),
        ("+1 (555) 010-9999", "'+1 (555) 010-9999"),  # a subtraction, to a spreadsheet
        ("+1+1", "'+1+1"),
        ("=1+1", "'=1+1"),
        ("-", "'-"),
        ("A\x0bB\x00", "A B"),
        ("\x00=1", "'=1"),
    ],
)
def test_a_telephone_number_is_no_formula(typed: str, written: str) -> None:
    assert safe_cell(typed) == written
