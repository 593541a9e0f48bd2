"""Packs for the tests: built, unpacked as an auditor does, verified, read."""

import csv
import datetime as dt
import io
import subprocess
import sys
import zipfile
from pathlib import Path

from quality.domain.pack.builder import BuildResult, build
from quality.domain.pack.selection import Selection
from tests.quality import scenario

CODE = "S-2026-01"
SELECTION = Selection(referential_id="RNQ-V10", codes=(CODE,))


def zipped(
    selection: Selection = SELECTION, at: dt.datetime = scenario.NOW
) -> tuple[bytes, BuildResult]:
    """The bytes of the pack."""
    stream = io.BytesIO()
    result = build(stream, selection, at=at)
    return stream.getvalue(), result


def unpacked(tmp_path: Path, selection: Selection = SELECTION) -> Path:
    """The pack unpacked as an auditor does; returns its root folder."""
    content, result = zipped(selection)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    return tmp_path / result.root


def verify(root: Path) -> tuple[int, str]:
    """What `python verify.py` answers."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-I", str(root / "verify.py")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file of the pack."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source, delimiter=";"))


def one(root: Path, pattern: str) -> Path:
    """The only file that matches."""
    (found,) = root.glob(pattern)
    return found
