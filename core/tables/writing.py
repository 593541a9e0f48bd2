"""What a cell of a spreadsheet may hold when its text came from people."""

#: A program that opens the file takes a text that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """The value, with an apostrophe before a text that would be read as a formula.

    Numbers and dates are left as they are.
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
