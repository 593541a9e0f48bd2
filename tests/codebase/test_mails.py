"""Every mail of the product says until when it makes sense."""

import ast

from tests.codebase.sources import name_of, nodes, python_files


def test_every_kind_of_mail_decides_until_when_it_makes_sense() -> None:
    composed, silent = 0, []
    for path in python_files(product_only=True):
        if path.name != "mails.py" or name_of(path) == "core/mails.py":
            continue
        for call in nodes(path, ast.Call):
            if isinstance(call.func, ast.Name) and call.func.id == "compose":
                composed += 1
                if "useful_until" not in {keyword.arg for keyword in call.keywords}:
                    silent.append(f"{name_of(path)}:{call.lineno}")
    assert composed > 20
    assert not silent, "`useful_until=None` when it is as true in a month"
