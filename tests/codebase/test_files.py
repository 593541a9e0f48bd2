"""Promises about every file: size, words, where states change."""

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.codebase.sources import ROOT, name_of, nodes, project_files, python_files

MAX_LINES = 450
CODE = {".py", ".html", ".css", ".js", ".sh"}
TEXT = CODE | {".md", ".toml", ".txt", ".in", ".json", ".csv", ".svg", ""}
#: A path that exists on one machine only.
MACHINE_PATH = re.compile(r"(?<![\w.~}/])/(?:home|root|Users|work|tmp)/[\w.-]+")
#: An address of a package registry: pip uses the one its machine is configured with.
REGISTRY = re.compile(r"--(?:extra-)?index-url\s+\S+|https?://(?:files\.)?py(?:pi|thonhosted)\.")


def test_no_file_of_code_is_longer_than_a_person_reads() -> None:
    long = {
        name_of(path): lines
        for path in project_files()
        if path.suffix in CODE
        and "migrations" not in path.parts
        and (lines := path.read_text(encoding="utf-8").count("\n")) > MAX_LINES
    }
    assert not long


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    found = []
    for path in project_files():
        if path.suffix not in TEXT or path == Path(__file__):
            continue
        # Some samples are written in older encodings on purpose.
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if MACHINE_PATH.search(line) or REGISTRY.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:100]}")
    assert not found


def _changes_of_state(path: Path) -> list[int]:
    """Lines that give a new `state` to an object or to the rows of a queryset."""
    lines = []
    for assignment in nodes(path, ast.Assign):
        targets = [
            item
            for target in assignment.targets
            for item in (target.elts if isinstance(target, ast.Tuple) else [target])
        ]
        if any(isinstance(item, ast.Attribute) and item.attr == "state" for item in targets):
            lines.append(assignment.lineno)
    for call in nodes(path, ast.Call):
        function = call.func
        is_update = isinstance(function, ast.Attribute) and function.attr in {
            "update",
            "aupdate",
            "update_or_create",
        }
        if is_update and any(keyword.arg == "state" for keyword in call.keywords):
            lines.append(call.lineno)
        if isinstance(function, ast.Name) and function.id == "setattr" and len(call.args) > 1:
            name = call.args[1]
            if isinstance(name, ast.Constant) and name.value == "state":
                lines.append(call.lineno)
    return lines


def test_states_change_only_in_the_helper_of_transitions() -> None:
    elsewhere = [
        f"{name_of(path)}:{line}"
        for path in python_files(product_only=True)
        if name_of(path) != "core/domain/transitions.py"
        for line in _changes_of_state(path)
    ]
    assert not elsewhere


def test_a_change_of_state_is_recognised(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text(
        "a.state = 1\nrows.update(state=2)\nsetattr(a, 'state', 3)\nb, a.state = 4, 5\n"
        "state = 6\nrows.filter(state=7)\nMade(state=8)\n"
    )
    assert sorted(_changes_of_state(sample)) == [1, 2, 3, 4]


def test_nothing_is_named_utils() -> None:
    named = [name_of(path) for path in python_files() if path.stem in {"utils", "helpers", "misc"}]
    assert not named


@pytest.mark.parametrize("folder", ["script", ".ci"])
def test_every_script_can_be_run_and_is_sound_bash(folder: str) -> None:
    scripts = [path for path in project_files() if path.parent == ROOT / folder]
    assert scripts
    for path in scripts:
        assert os.access(path, os.X_OK), name_of(path)
        text = path.read_text(encoding="utf-8")
        assert text.startswith("#!/usr/bin/env bash\n"), name_of(path)
        assert "\nset -euo pipefail\n" in text, name_of(path)
        subprocess.run(["bash", "-n", path], check=True)


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==(\S+)", text, re.MULTILINE))


def test_the_tests_run_on_the_versions_that_the_product_runs_on() -> None:
    product, tests = _pins("requirements.txt"), _pins("requirements-dev.txt")
    assert product
    assert product.items() <= tests.items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_carries_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[\w.-]+(?:\[[^\]]*\])?==)", text)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_every_library_is_explained() -> None:
    explained = (ROOT / "docs/adr/0002-libraries.md").read_text(encoding="utf-8").lower()
    wanted = set()
    for name in ("requirements.in", "requirements-dev.in"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if match := re.match(r"([a-z][\w-]*)", line.strip().lower()):
                wanted.add(match[1])
    assert not {name for name in wanted if f"`{name}" not in explained}
