"""`script/setup`: whose machine it may change."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.codebase.sources import ROOT

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """Where the programs that would change the machine write how they were called."""
    return tmp_path / "calls"


@pytest.fixture
def run(tmp_path: Path, calls: Path) -> Run:
    """Runs a script in a checkout whose Python packages are there, on a Debian without the rest."""
    checkout, programs = tmp_path / "checkout", tmp_path / "programs"
    shutil.copytree(ROOT / "script", checkout / "script")
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to(sys.executable)
    stamp = [f"at {(checkout / '.venv').resolve()}"]
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (checkout / lock).write_text("# nothing\n")
        stamp.append(f"{lock} {hashlib.sha256((checkout / lock).read_bytes()).hexdigest()}")
    (checkout / ".venv/.locked").write_text("\n".join(stamp) + "\n")
    bodies = {
        "id": 'echo "$FAKE_UID"',
        "dpkg-query": "exit 1",
        "apt-get": f'echo "apt-get $*" >>{calls}',
        "sudo": f'echo "sudo $*" >>{calls}; [ "$1" != -n ] || shift; exec "$@"',
    }
    programs.mkdir()
    for name, body in bodies.items():
        (programs / name).write_text(f"#!/bin/sh\n{body}\n")
        (programs / name).chmod(0o755)

    def start(*command: str, uid: int, ci: str = "") -> "subprocess.CompletedProcess[str]":
        environment = {"PATH": f"{programs}:{os.environ['PATH']}", "FAKE_UID": str(uid)}
        if ci:
            environment["CI"] = ci
        return subprocess.run(
            command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=60
        )

    return start


@pytest.mark.parametrize("script", ["setup", "run", "test"])
def test_a_user_is_shown_the_line_and_nothing_is_installed(
    run: Run, calls: Path, script: str
) -> None:
    result = run(f"script/{script}", uid=1000)
    assert result.returncode == 1
    assert "sudo apt-get update && sudo apt-get install --yes" in result.stderr
    assert "libpango-1.0-0" in result.stderr
    assert "--install" in result.stderr
    assert not calls.exists()


def test_a_user_who_asks_gets_the_packages_with_sudo(run: Run, calls: Path) -> None:
    assert run("script/setup", "--install", "run", uid=1000).returncode == 0
    first, *others = calls.read_text().splitlines()
    assert first.startswith("sudo env DEBIAN_FRONTEND=noninteractive apt-get install")
    assert "libpango-1.0-0" in others[0]


@pytest.mark.parametrize("script", ["run", "test"])
def test_the_other_scripts_hand_the_demand_on(run: Run, calls: Path, script: str) -> None:
    run(f"script/{script}", "--install", uid=1000)
    assert "apt-get install" in calls.read_text()


def test_continuous_integration_is_asked_nothing(run: Run, calls: Path) -> None:
    assert run("script/setup", "test", uid=1000, ci="true").returncode == 0
    assert calls.read_text().startswith("sudo -n env")


def test_root_on_a_new_machine_needs_one_command(run: Run, calls: Path) -> None:
    assert run("script/setup", uid=0).returncode == 0
    assert calls.read_text().startswith("apt-get install")


def test_an_unknown_word_is_refused(run: Run, calls: Path) -> None:
    assert run("script/setup", "everything", uid=0).returncode == 64
    assert run("script/run", "everything", uid=0).returncode == 64
    assert not calls.exists()
