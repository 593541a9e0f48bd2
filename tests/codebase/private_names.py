"""Where the code leans on names that a library keeps for itself, read without running it."""

import ast
import inspect
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path

from tests.codebase.sources import APPS, ROOT, name_of, nodes, python_files, tree

#: Public, in spite of their underscore: Django's and Python's documentation describe them.
DOCUMENTED = {"_meta", "_default_manager", "_base_manager", "_asdict", "_fields", "_replace"}
#: Programs, not modules: reading them would start them.
PROGRAMS = {"config/gunicorn.py", "config/wsgi.py"}


def is_private(name: str) -> bool:
    """`_name`, but neither `_` nor `__name__`, nor what is documented."""
    return name[:1] == "_" and name[1:2] not in {"", "_"} and name not in DOCUMENTED


def private_uses() -> set[tuple[str, str]]:
    """(file, name) of each private name of a library that the code imports, reads or sets."""
    ours = {name for path in python_files() for name in _defined(path)}
    return {
        (name_of(path), name)
        for path in python_files()
        if "migrations" not in path.parts
        for name in _used(path, ours)
    }


def _defined(path: Path) -> Iterator[str]:
    """Names that a file defines, with the attributes that its classes give to themselves."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) in {"self", "cls"}
        ):
            yield node.attr


def _used(path: Path, ours: set[str]) -> Iterator[str]:
    for node in nodes(path, ast.ImportFrom):
        if (node.module or "").split(".")[0] not in {*APPS, "tests", "__future__"}:
            yield from (item.name for item in node.names if is_private(item.name))
            yield from filter(is_private, (node.module or "").split("."))
    for attribute in nodes(path, ast.Attribute):
        if is_private(attribute.attr) and attribute.attr not in ours:
            yield attribute.attr


def replaced_at_run_time() -> set[tuple[str, str]]:
    """(file, `owner.name`) of each attribute of a library that the code sets as it runs."""
    return {
        (name_of(path), ast.unparse(node))
        for path in python_files()
        for node in nodes(path, ast.Attribute)
        if isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id in _imported_from_libraries(path) - {"settings"}
    }


def _imported_from_libraries(path: Path) -> set[str]:
    ours = {*APPS, "tests", "benchmarks"}
    found = {
        item.asname or item.name
        for node in nodes(path, ast.ImportFrom)
        if (node.module or "").split(".")[0] not in ours
        for item in node.names
    }
    whole = [item for node in nodes(path, ast.Import) for item in node.names]
    return found | {(item.asname or item.name).split(".")[0] for item in whole}


def private_overrides() -> set[tuple[str, str]]:
    """(file, name) of each private method of a library that a class of ours replaces."""
    found = set()
    for path in python_files(product_only=True):
        if name_of(path) in PROGRAMS:
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for kind in list(vars(import_module(name)).values()):
            if inspect.isclass(kind) and kind.__module__ == name and not issubclass(kind, Enum):
                found |= {(name_of(path), member) for member in _replaced(kind)}
    return found


def _replaced(kind: type) -> Iterator[str]:
    """Functions and properties of the body of a class that a library's class above it has."""
    for name, value in vars(kind).items():
        written = inspect.isfunction(value) or isinstance(value, property | classmethod)
        if written and is_private(name) and _comes_from(kind, value):
            for parent in kind.__mro__[1:]:
                if name in vars(parent) and parent.__module__.split(".")[0] not in APPS:
                    yield name
                    break


def _comes_from(kind: type, value: object) -> bool:
    """Whether a member was written in the file of the class, not made by a library."""
    function = value.fget if isinstance(value, property) else value
    return getattr(inspect.unwrap(function), "__module__", "") == kind.__module__
