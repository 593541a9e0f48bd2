"""Workbooks (.xlsx), hostile ones refused before they are unfolded."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from core.tables.rows import (
    Limits,
    Row,
    Sheet,
    Spreadsheet,
    TableRefused,
    filled,
    too_many_written_rows,
)

#: What openpyxl raises on a damaged part, when it opens a workbook or while it reads a sheet.
DAMAGED = (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError)


@contextmanager
def opened(content: bytes, limits: Limits) -> Iterator[Spreadsheet]:
    """The visible sheets of a workbook. Raises `TableRefused`."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableRefused(
            "Ce classeur est protégé par un mot de passe, ou à l’ancien format .xls : "
            "enregistrez-le sans mot de passe au format .xlsx.",
            code="table_wrong_type",
        )
    _refuse_hostile_zip(content, limits)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
    except (InvalidFileException, OSError, *DAMAGED) as error:
        raise _unreadable() from error
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not visible:
            raise _unreadable()
        yield Spreadsheet([_sheet(sheet, limits) for sheet in visible])
    finally:
        book.close()


def _sheet(sheet: Any, limits: Limits) -> Sheet:
    def read() -> Iterator[Row]:
        try:
            sheet.reset_dimensions()  # the file may lie about its size
            yield from filled(sheet.iter_rows(values_only=True), at_most=limits.written_rows)
        except DAMAGED as error:
            raise _unreadable() from error

    return Sheet(sheet.title, limits, read)


def _refuse_hostile_zip(content: bytes, limits: Limits) -> None:
    """Refuse what is no workbook, what would unfold without end, and XML with entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise TableRefused(
                    "Ce fichier n’est pas un classeur Excel (.xlsx).", code="table_wrong_type"
                )
            if (
                len(members) > limits.zip_members
                or sum(member.file_size for member in members) > limits.unfolded_size
            ):
                raise TableRefused(
                    "Ce classeur est démesuré une fois décompressé : copiez le tableau seul "
                    "dans un nouveau classeur.",
                    code="table_bomb",
                )
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        start = part.read(4096)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise _unreadable()
                # Whatever its name: the workbook says itself which part holds what.
                if _count(archive, member, b"<si", limits.texts) > limits.texts:
                    raise _bomb()
                if _count(archive, member, b"<row", limits.written_rows) > limits.written_rows:
                    raise too_many_written_rows(limits.written_rows)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise TableRefused(
            "Ce fichier porte l’extension .xlsx mais n’est pas un classeur Excel.",
            code="table_wrong_type",
        ) from error


def _count(archive: zipfile.ZipFile, member: zipfile.ZipInfo, tag: bytes, limit: int) -> int:
    """How often a tag opens in a part, counted as far as one beyond the limit."""
    found, rest = 0, b""
    with archive.open(member) as part:
        while found <= limit and (block := part.read(1024 * 1024)):
            block = rest + block
            found += block.count(tag)
            rest = block[-(len(tag) - 1) :]
    return found


def _bomb() -> TableRefused:
    return TableRefused(
        "Ce classeur est démesuré une fois décompressé : copiez le tableau seul dans un nouveau "
        "classeur.",
        code="table_bomb",
    )


def _unreadable() -> TableRefused:
    return TableRefused(
        "Ce classeur est abîmé ou contient ce que nous ne savons pas lire : ouvrez-le dans votre "
        "tableur et enregistrez-le de nouveau au format .xlsx.",
        code="table_unreadable",
    )
