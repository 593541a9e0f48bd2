"""The files of the project, and what their code says, read without running it."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings

Node = TypeVar("Node", bound=ast.AST)
ROOT: Path = settings.BASE_DIR
APPS = (
    "accounts",
    "core",
    "training",
    "attendance",
    "evaluations",
    "cms",
    "certificates",
    "exchange",
    "quality",
    "portal",
    "operations",
    "config",
)
#: Folders that hold no code of ours.
GENERATED = {".git", ".venv", "data", "staticfiles", "test-results", ".pytest_cache"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project, without what is generated; sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.split("\0") if name]
        return tuple(sorted(path for name in names if (path := ROOT / name).is_file()))
    # Not a git checkout (an archive, for example).
    return tuple(
        sorted(
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not GENERATED & set(path.relative_to(ROOT).parts)
        )
    )


def name_of(path: Path) -> str:
    """The file's path from the root of the project."""
    return path.relative_to(ROOT).as_posix()


def python_files(*, product_only: bool = False) -> list[Path]:
    """Python files; `product_only`: those of the apps, without migrations and tests."""
    found = [path for path in project_files() if path.suffix == ".py"]
    if product_only:
        found = [
            path
            for path in found
            if path.relative_to(ROOT).parts[0] in APPS and "migrations" not in path.parts
        ]
    return found


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def nodes(path: Path, kind: type[Node]) -> Iterator[Node]:
    """Every node of that kind in the file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, kind))
