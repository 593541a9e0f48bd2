"""Promises about what people type: a figure of Unicode is not a number."""

import re

from tests.codebase.sources import name_of, python_files

#: `isdecimal` is right for `int`, and yet « ٣ » and a number of thirty figures pass.
READERS = {"core/text.py", "config/environment.py"}


def test_a_number_is_read_by_the_one_function_that_knows_what_int_reads() -> None:
    """`"²".isdigit()` is true and `int("²")` fails: `core.text.whole_number`."""
    found = [
        name_of(path)
        for path in python_files(product_only=True)
        if name_of(path) not in READERS
        and re.search(r"\.is(digit|numeric|decimal)\(", path.read_text(encoding="utf-8"))
    ]
    assert not found
