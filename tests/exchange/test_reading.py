"""Files as they come: encodings, separators, headings, and files that are hostile."""

import io
import zipfile

import openpyxl
import pytest

from core.exceptions import DomainError
from exchange.domain.registers import model_file, reading
from tests.exchange.registers import HEADINGS, LINE, many, saved, text, workbook


def read(content: bytes, name: str = "registre.xlsx", *, session_given: bool = False):
    return reading.read(content=content, name=name, session_given=session_given)


def refusal(content: bytes, name: str = "registre.xlsx") -> DomainError:
    with pytest.raises(DomainError) as refused:
        read(content, name)
    return refused.value


# --- Text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 (avec marque)"),
        ("cp1252", "Windows-1252"),
        ("utf-16", "UTF-16"),
    ],
)
@pytest.mark.parametrize(
    ("delimiter", "word"), [(";", "point-virgule"), (",", "virgule"), ("\t", "tabulation")]
)
def test_encoding_and_separator_are_found_and_said(encoding, said, delimiter, word):
    register = read(text(LINE, encoding=encoding, delimiter=delimiter), "registre.csv")

    assert register.rows == [(2, list(LINE))]
    assert register.notes == [f"Texte lu en {said}, colonnes séparées par {word}."]


def test_a_separator_inside_a_quoted_text_separates_nothing():
    line = (*LINE[:5], "rue; des, Essais")

    assert read(text(line), "registre.csv").rows[0][1][5] == "rue; des, Essais"


def test_lines_are_numbered_as_the_spreadsheet_numbers_them():
    content = text(LINE, ("", "", ""), LINE).decode().replace("Maëlle", '"Maëlle\nAnne"', 1)

    assert [number for number, _cells in read(content.encode(), "registre.csv").rows] == [2, 4]


def test_a_cell_without_end_is_refused():
    error = refusal(b'Session;Nom;Pr\xc3\xa9nom\nS;"' + b"x" * 200_000, "registre.csv")

    assert error.code == "import_unreadable"


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02", b"%PDF-1.7 \xff", b"PK\x03\x04rest", b"Nom;Pr\x81nom\nA;B"]
)
def test_what_is_no_text_is_refused(content):
    assert refusal(content, "registre.csv").code == "import_wrong_type"


# --- Headings -------------------------------------------------------------------------------------


def test_headings_forgive_accents_case_order_and_synonyms():
    headings = ("PRENOM", "E-mail", "nom d'usage", "CP", "Tél.", "CODE SESSION")

    register = read(
        workbook(("Maëlle", "m@example.org", "Kerrien", 1000, 1, "S"), headings=headings)
    )

    assert register.columns == {
        "first_name": 0, "email": 1, "last_name": 2, "postcode": 3, "phone": 4, "session": 5,
    }  # fmt: skip


def test_unknown_headings_are_listed():
    register = read(workbook((*LINE, "bleu"), headings=(*HEADINGS, "Couleur préférée")))

    assert register.ignored == ["Couleur préférée"]


def test_a_title_above_the_headings_is_passed_over():
    content = workbook(
        ("Registre 2026",), HEADINGS, LINE, headings=("Coopérative d’essai", None, None)
    )

    assert [number for number, _cells in read(content).rows] == [4]


def test_needed_headings_that_are_missing_are_named_first():
    error = refusal(workbook(("a@example.org",), headings=("Courriel",)))

    assert error.code == "import_headings_missing"
    assert "« Session »" in error.message
    assert "« Nom »" in error.message
    assert "« Prénom »" in error.message


def test_the_session_column_is_not_needed_when_a_session_was_chosen():
    content = workbook(LINE[1:3], headings=("Nom", "Prénom"))

    assert refusal(content).code == "import_headings_missing"
    assert len(read(content, session_given=True).rows) == 1


def test_a_file_without_headings_says_so():
    error = refusal(workbook(("S-2026-01", "Kerrien"), headings=("x", "y")))

    assert error.code == "import_headings_missing"
    assert "Aucun en-tête connu" in error.message


def test_the_same_heading_twice_is_refused():
    error = refusal(workbook((*LINE, "x"), headings=(*HEADINGS, "Nom de famille")))

    assert error.code == "import_headings_twice"
    assert "« Nom »" in error.message


# --- Workbooks ------------------------------------------------------------------------------------


def test_blank_lines_of_a_workbook_are_passed_over():
    register = read(workbook((), LINE, (None, " "), LINE))

    assert [number for number, _cells in register.rows] == [3, 5]


def test_the_sheet_that_holds_the_register_is_found_and_named():
    book = openpyxl.Workbook()
    book.active.append(["Bonjour"])
    sheet = book.create_sheet("Inscriptions")
    sheet.append(HEADINGS)
    sheet.append(LINE)

    register = read(saved(book))

    assert len(register.rows) == 1
    assert register.notes == ["Seule la feuille « Inscriptions » est lue."]


def test_our_model_is_read_back_with_every_column_known():
    book = openpyxl.load_workbook(io.BytesIO(model_file.workbook()))
    sheet = book[model_file.SHEET]
    assert {sheet.cell(2, column).number_format for column in range(1, sheet.max_column + 1)} == {
        "@"
    }
    for position, value in enumerate(("S-2026-01", "Mme", "Kerrien", "", "Maëlle"), 1):
        sheet.cell(2, position).value = value

    register = read(saved(book))

    assert register.ignored == []
    assert len(register.columns) == sheet.max_column
    assert len(register.rows) == 1


# --- Hostile files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "registre.xlsx", "import_empty"),
        (b"", "registre.csv", "import_empty"),
        (b"<html><body>registre</body></html>", "registre.xlsx", "import_wrong_type"),
        (b"PK\x03\x04 cut short", "registre.xlsx", "import_wrong_type"),
        (b"\xd0\xcf\x11\xe0 old workbook", "registre.xlsx", "import_wrong_type"),
        (b"anything", "registre.xls", "import_wrong_type"),
        (b"anything", "registre.ods", "import_wrong_type"),
        (b"anything", "registre", "import_wrong_type"),
        (b"x" * (reading.REGISTER_LIMITS.size + 1), "registre.csv", "import_too_big"),
    ],
)
def test_a_file_that_is_no_register_is_refused_clearly(content, name, code):
    error = refusal(content, name)

    assert error.code == code
    assert error.message.endswith(".")


def _archive(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return content.getvalue()


def test_an_archive_that_is_no_workbook_is_refused():
    assert refusal(_archive(readme_xml=b"<a/>")).code == "import_wrong_type"


def test_an_archive_that_unfolds_without_end_is_refused_before_it_is_unfolded():
    bomb = _archive(
        xl__workbook_xml=b"<workbook/>",
        xl__sheet_xml=b"0" * (reading.REGISTER_LIMITS.unfolded_size + 1),
    )

    assert len(bomb) < reading.REGISTER_LIMITS.size
    assert refusal(bomb).code == "import_bomb"


def _unfolded(part: str, content: bytes) -> bytes:
    """A workbook one part of which is another."""
    book = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(LINE))) as honest,
        zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as hostile,
    ):
        for name in {*honest.namelist(), part}:
            hostile.writestr(name, content if name == part else honest.read(name))
    return book.getvalue()


def test_rows_that_go_on_empty_are_counted_before_any_is_read(monkeypatch):
    beyond = reading.REGISTER_LIMITS.written_rows + 1
    sheet = b"<worksheet><sheetData>" + b"<row/>" * beyond + b"</sheetData></worksheet>"
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    assert refusal(_unfolded("xl/worksheets/sheet1.xml", sheet)).code == "import_too_many_rows"


def test_rows_are_counted_whatever_their_spelling():
    beyond = reading.REGISTER_LIMITS.written_rows + 1
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<x:worksheet xmlns:x="{space}"><x:sheetData>'.encode()
    sheet += b"<x:row/>" * beyond + b"</x:sheetData></x:worksheet>"
    assert refusal(_unfolded("xl/worksheets/sheet1.xml", sheet)).code == "import_too_many_rows"


def test_texts_are_counted_before_they_are_read(monkeypatch):
    beyond = reading.REGISTER_LIMITS.texts + 1
    texts = b"<sst>" + b"<si><t/></si>" * beyond + b"</sst>"
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    assert refusal(_unfolded("xl/sharedStrings.xml", texts)).code == "import_bomb"


def test_xml_entities_are_refused():
    entities = b'<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;">]><workbook>&y;</workbook>'

    assert refusal(_archive(xl__workbook_xml=entities)).code == "import_unreadable"


def test_a_damaged_workbook_is_refused():
    assert refusal(_archive(xl__workbook_xml=b"<workbook>")).code == "import_unreadable"


def test_a_file_of_two_hundred_columns_is_refused():
    headings = [*HEADINGS, *(f"Colonne {rank}" for rank in range(200))]

    assert refusal(workbook(headings, headings=headings)).code == "import_too_many_columns"


def test_more_than_five_thousand_lines_are_refused():
    lines = [LINE] * (reading.MAX_ROWS + 1)

    assert refusal(text(*lines), "registre.csv").code == "import_too_many_rows"
    assert len(read(text(*lines[1:]), "registre.csv").rows) == reading.MAX_ROWS


@pytest.mark.parametrize("content", [workbook(), many(0)])
def test_headings_alone_are_refused(content):
    assert refusal(content).code == "import_no_line"
