"""What a cell of a spreadsheet may hold when its text came from people."""

import re

#: A program that opens the file takes a text that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: A telephone number of any country: one sign, figures, and what people put between them.
_TELEPHONE = re.compile(r"\+(?=(?:\D*\d){8})\d[\d ().\u00a0\u202f]*")
#: What XML 1.0 cannot hold (§ 2.2, Char), and so no workbook.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def safe_cell(value: object) -> object:
    """The value, with an apostrophe before a text that would be read as a formula.

    A telephone number is no formula, and is read back as it was. What a workbook cannot hold is
    left out of a text, a space in the place of an end of line; numbers and dates are left as they
    are.
    """
    if not isinstance(value, str):
        return value
    text = _UNWRITABLE.sub("", value.replace("\v", " ").replace("\f", " "))
    if text.startswith(FORMULA_STARTS) and not _TELEPHONE.fullmatch(text):
        return f"'{text}"
    return text
