"""A pack proves itself: any change is found, and named."""

import ast
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.canonical import canonical_json
from quality.domain.pack.builder import DATA
from tests.quality import scenario
from tests.quality.packs import CODE, one, rows, unpacked, verify, zipped
from training.models import TrainingSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> TrainingSession:
    return scenario.delivered_session(code=CODE)


# --- Verification ---------------------------------------------------------------------------------


def test_an_intact_pack_verifies(session: TrainingSession, tmp_path: Path) -> None:
    content, result = zipped()
    root = unpacked(tmp_path)
    status, output = verify(root)
    assert (status, "ÉCART" in output) == (0, False)
    assert result.manifest_sha256 in output
    assert "Chaînes d’émargement intactes : 1 (8 événements)" in output
    checked = subprocess.run(
        ["/usr/bin/sha256sum", "--check", "--quiet", "manifest.sha256"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0


def test_a_changed_byte_in_any_file_is_named(session: TrainingSession, tmp_path: Path) -> None:
    root = unpacked(tmp_path)
    sys.path.insert(0, str(root))
    namespace: dict[str, object] = {"__name__": "verify", "__file__": str(root / "verify.py")}
    exec((root / "verify.py").read_text(encoding="utf-8"), namespace)  # noqa: S102  our own file
    check_files = namespace["check_files"]
    sys.path.remove(str(root))
    for path in sorted(item for item in root.rglob("*") if item.is_file()):
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[len(changed) // 2] ^= 0x01
        path.write_bytes(bytes(changed))
        name = path.relative_to(root).as_posix()
        assert any(name in fault for fault in check_files(root)), name  # type: ignore[operator]
        path.write_bytes(whole)
    assert check_files(root) == []  # type: ignore[operator]


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda path: path.write_bytes(path.read_bytes() + b" "), "fichier modifié"),
        (lambda path: path.unlink(), "fichier manquant"),
    ],
)
def test_a_damaged_certificate_is_named(
    session: TrainingSession,
    tmp_path: Path,
    damage: Callable[[Path], object],
    sentence: str,
) -> None:
    root = unpacked(tmp_path)
    path = sorted(root.glob("3_sessions/*/08_attestations/*.pdf"))[0]
    damage(path)
    status, output = verify(root)
    assert status == 1
    assert f"{path.relative_to(root).as_posix()} : {sentence}" in output


def test_an_added_file_is_named_but_not_what_systems_leave(
    session: TrainingSession, tmp_path: Path
) -> None:
    root = unpacked(tmp_path)
    (root / "3_sessions" / ".DS_Store").write_bytes(b"x")
    assert verify(root)[0] == 0
    (root / "3_sessions" / "glisse.pdf").write_bytes(b"x")
    status, output = verify(root)
    assert status == 1
    assert "3_sessions/glisse.pdf : fichier ajouté" in output


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda events: events[2].update(minutes=10), "événement n° 3 : l’événement a été modifié"),
        (lambda events: events.pop(1), "événement n° 2 : un événement manque"),
        (lambda events: events.reverse(), "événement n° 1 : un événement manque"),
    ],
)
def test_a_changed_event_is_named_even_when_the_manifest_was_made_again(
    session: TrainingSession,
    tmp_path: Path,
    change: Callable[[list[dict[str, object]]], object],
    sentence: str,
) -> None:
    root = unpacked(tmp_path)
    path = one(root, "3_sessions/*/05_emargement/events.jsonl")
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    change(events)
    path.write_bytes(b"".join(canonical_json(event) + b"\n" for event in events))
    _forge_manifest(root, path)
    status, output = verify(root)
    assert status == 1
    assert sentence in output
    assert "fichier modifié" not in output


def _forge_manifest(root: Path, path: Path) -> None:
    """What a careful person does after changing a file."""
    name, content = path.relative_to(root).as_posix(), path.read_bytes()
    manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    for item in manifest["files"]:
        if item["path"] == name:
            item.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())
    (root / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    lines = [f"{item['sha256']}  {item['path']}" for item in manifest["files"]]
    digest = hashlib.sha256((root / "manifest.json").read_bytes()).hexdigest()
    written = [f"{line}\n" for line in sorted([*lines, f"{digest}  manifest.json"])]
    (root / "manifest.sha256").write_bytes("".join(written).encode())


def test_a_chain_broken_in_the_database_is_said_in_the_pack(
    session: TrainingSession, tmp_path: Path
) -> None:
    scenario.forge_event(session)
    root = unpacked(tmp_path)
    assert "a été modifié" in one(root, "3_sessions/*/05_emargement/verify.txt").read_text("utf-8")
    assert ("12", "Chaîne d’émargement intacte") in {
        (row["indicateur"], row["attendu"]) for row in rows(root / "manquants.csv")
    }
    assert verify(root)[0] == 1


def test_the_verifier_needs_nothing_newer_than_python_3_9() -> None:
    tree = ast.parse((DATA / "verify.py").read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"hashlib", "json", "os", "sys", "pathlib"}
    assert not any(isinstance(node, ast.Match) for node in ast.walk(tree))
