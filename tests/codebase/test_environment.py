"""Every variable that the settings read is described, and nothing else is."""

import ast
import re

from tests.codebase.sources import ROOT, name_of, nodes, python_files

PAGE = ROOT / "docs/environment.md"
#: Functions and methods whose first argument is the name of a variable.
READERS = {"str", "list", "int", "bool", "db_url", "cache_url", "email_url", "get"}
NAME = re.compile(r"[A-Z][A-Z_]{2,}")


def _read_by(call: ast.Call) -> str | None:
    """The variable of the environment that a call reads, if it reads one."""
    function = call.func
    if isinstance(function, ast.Attribute):
        owner = ast.unparse(function.value)
        reads = owner in {"env", "os.environ", "os"} and function.attr in READERS | {"getenv"}
    else:
        reads = isinstance(function, ast.Name) and function.id.startswith("read_")
    first = call.args[0] if call.args else None
    if reads and isinstance(first, ast.Constant) and NAME.fullmatch(str(first.value)):
        return str(first.value)
    return None


def _read_variables() -> dict[str, str]:
    found = {}
    for path in python_files(product_only=True):
        for call in nodes(path, ast.Call):
            if name := _read_by(call):
                found[name] = f"{name_of(path)}:{call.lineno}"
        for item in nodes(path, ast.Subscript):
            if ast.unparse(item.value) == "os.environ" and isinstance(item.slice, ast.Constant):
                found[str(item.slice.value)] = f"{name_of(path)}:{item.lineno}"
    return found


def test_every_variable_read_is_described_and_the_reverse() -> None:
    described = set(re.findall(r"^\| `([A-Z_]+)` ", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    read = _read_variables()
    assert len(read) > 8
    assert {name: where for name, where in read.items() if name not in described} == {}
    assert described - set(read) == set()
