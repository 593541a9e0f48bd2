"""Promises about files sent to people: the private ones leave in one way."""

import re

from tests.codebase.sources import name_of, python_files

#: What anybody may read: these answers choose their own headers.
PUBLIC = {
    "certificates/views/proofs.py",
    "certificates/views/public_prints.py",
    "cms/views/calendars.py",
    # The empty register to fill.
    "exchange/backoffice/imports.py",
}


def test_a_file_is_sent_by_the_one_answer_that_keeps_it_private() -> None:
    found = [
        name_of(path)
        for path in python_files(product_only=True)
        if name_of(path) not in {"core/downloads.py", *PUBLIC}
        and any(
            words in path.read_text(encoding="utf-8")
            for words in ("FileResponse", "Content-Disposition", '"private, no-store"')
        )
    ]
    assert not found


def test_a_file_is_named_by_the_one_function_that_knows_what_a_header_holds() -> None:
    """A code, a slug or a title in a header written by hand breaks it: `core.downloads`."""
    found = [
        name_of(path)
        for path in python_files(product_only=True)
        if re.search(
            r'Content-Disposition"\] = (?!disposition\()', path.read_text(encoding="utf-8")
        )
    ]
    assert not found
