"""A day is filtered by its bounds, which an index serves, not by a cast of every row."""

import ast

from tests.codebase.sources import name_of, nodes, python_files


def test_no_query_casts_moments_to_days() -> None:
    casts = [
        f"{name_of(path)}:{keyword.value.lineno} {keyword.arg}"
        for path in python_files(product_only=True)
        for call in nodes(path, ast.Call)
        for keyword in call.keywords
        if keyword.arg and "date" in keyword.arg.split("__")[1:]
    ]
    casts += [
        f"{name_of(path)}:{constant.lineno} {constant.value}"
        for path in python_files(product_only=True)
        for constant in nodes(path, ast.Constant)
        if isinstance(constant.value, str) and constant.value.startswith("date__")
    ]
    assert casts == []
