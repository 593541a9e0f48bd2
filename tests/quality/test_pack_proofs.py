"""The pack proves that its documents and chains are under a published root, without us."""

import json
from pathlib import Path
from typing import Any

import pytest

from certificates.domain.proofs import publishing
from tests.quality import scenario
from tests.quality.packs import CODE, one, unpacked, verify, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    scenario.delivered_session(code=CODE)
    publishing.publish_due(at=scenario.NOW)
    return unpacked(tmp_path)


def reseal(root: Path) -> None:
    """A forger writes the sums of the pack again: only the proofs still speak."""
    namespace: dict[str, Any] = {"__name__": "verify", "__file__": str(root / "verify.py")}
    exec((root / "verify.py").read_text(encoding="utf-8"), namespace)  # noqa: S102  our own file
    manifest = root / "manifest.json"
    content = json.loads(manifest.read_bytes())
    for item in content["files"]:
        path = root / item["path"]
        item["size"], item["sha256"] = path.stat().st_size, namespace["sha256_of"](path)
    manifest.write_text(json.dumps(content))
    lines = [f"{item['sha256']}  {item['path']}\n" for item in content["files"]]
    lines.append(f"{namespace['sha256_of'](manifest)}  manifest.json\n")
    (root / "manifest.sha256").write_bytes("".join(sorted(lines)).encode())


def test_each_document_and_the_chain_are_proven(pack: Path) -> None:
    status, output = verify(pack)
    assert status == 0, output
    proofs = json.loads(one(pack, "3_sessions/*/preuves.json").read_bytes())["proofs"]
    folder = one(pack, "3_sessions/*/preuves.json").parent
    pdfs = {path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf")}
    assert pdfs
    assert {item["path"] for item in proofs} == pdfs | {"05_emargement/events.jsonl"}
    assert f"Preuves sous une racine publiée\u00a0: {len(proofs)}" in output.replace(
        "publiée :", "publiée\u00a0:"
    )


def test_a_pack_made_before_the_first_root_has_no_proof_and_verifies(tmp_path: Path) -> None:
    scenario.delivered_session(code=CODE)
    root = unpacked(tmp_path)
    assert verify(root)[0] == 0
    assert not (root / "racines.json").exists()


def test_a_forged_document_is_refused_although_every_sum_was_written_again(pack: Path) -> None:
    path = sorted(pack.glob("3_sessions/*/08_attestations/*.pdf"))[0]
    path.write_bytes(path.read_bytes() + b" ")
    reseal(pack)
    status, output = verify(pack)
    assert status == 1
    assert path.name in output
    assert "la preuve parle d’autre chose" in output


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("racines.json", lambda it: it["roots"][0].update(date="2020-01-01"), "modifiée"),
        ("racines.json", lambda it: it["roots"].clear(), "pas dans la liste"),
        ("racines.json", lambda it: it.clear(), "racines.json"),
        ("preuves.json", lambda it: it["proofs"][0]["proof"]["path"].pop(), "ne mène pas"),
        ("preuves.json", lambda it: it["proofs"][0]["proof"].update(index=-1), "pas dans l’arbre"),
        ("preuves.json", lambda it: it["proofs"][-1]["proof"]["leaf"].update(rank=1), "autre"),
        ("preuves.json", lambda it: it["proofs"][0].update(path="absent.pdf"), "illisible"),
    ],
)
def test_a_proof_or_a_list_changed_in_the_pack_is_named(
    pack: Path, name: str, change: Any, words: str
) -> None:
    path = one(pack, name) if name == "racines.json" else one(pack, f"3_sessions/*/{name}")
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content))
    reseal(pack)
    status, output = verify(pack)
    assert status == 1
    assert words in output


def test_two_packs_of_the_same_data_have_the_same_proofs(tmp_path: Path) -> None:
    scenario.delivered_session(code=CODE)
    publishing.publish_due(at=scenario.NOW)
    assert zipped()[1].manifest_sha256 == zipped()[1].manifest_sha256
