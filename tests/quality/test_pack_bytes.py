"""The verifier of a pack sees every byte: no end of line, no space, no repeated key is forgiven."""

import hashlib
import io
import json
import runpy
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.domain.canonical import canonical_json
from quality.domain.pack.builder import DATA

VERIFIER: dict[str, Any] = runpy.run_path(str(DATA / "verify.py"))
check_files: Callable[[Path], list[str]] = VERIFIER["check_files"]
check_lines: Callable[[Iterable[bytes]], tuple[int, str]] = VERIFIER["check_lines"]
read_manifest: Callable[[bytes], dict[str, tuple[str, int]]] = VERIFIER["read_manifest"]
checksum_faults: Callable[[bytes, dict[str, str]], list[str]] = VERIFIER["checksum_faults"]

#: What some way of reading text takes for an end of line, a space, or nothing at all.
FORGIVEN = [
    b"",
    b"\r",
    b"\r\n",
    b"\n\n",
    b" \n",
    b"\t\n",
    *(bytes([value]) for value in (0x00, 0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0xA0, 0xFF)),
    *(sign.encode() for sign in "\u0085\u00a0\u2028\u2029\ufeff\u00ad"),
]
#: Put in the place of any byte: what readers forgive, and a bit changed.
SOME = {0x00, 0x09, 0x0D, 0x20, 0x85}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The smallest pack: two files and their manifest, written as `manifest.write` does."""
    contents = {"LISEZ-MOI.txt": b"Bonjour\n", "1_parc/\u00e9v\u00e9nements.csv": b"a;b\r\n1;2\r\n"}
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    files = [
        {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
    ]
    (tmp_path / "manifest.json").write_text(
        json.dumps({"files": files}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    seal(tmp_path)
    return tmp_path


def seal(root: Path) -> None:
    """Write `manifest.sha256` again from the manifest."""
    wanted = wanted_of(root)
    lines = sorted(f"{digest}  {path}\n" for path, digest in wanted.items())
    (root / "manifest.sha256").write_bytes("".join(lines).encode())


def wanted_of(root: Path) -> dict[str, str]:
    raw = (root / "manifest.json").read_bytes()
    listed = {item["path"]: item["sha256"] for item in json.loads(raw)["files"]}
    return {**listed, "manifest.json": hashlib.sha256(raw).hexdigest()}


def changed(whole: bytes, *, everywhere: bool) -> Iterator[bytes]:
    """Every way to change one byte; inside a line, a few ways unless `everywhere`.

    Also a byte too many or too few at each place, and what readers forgive for an end of line.
    """
    for place, byte in enumerate(whole):
        before, after = whole[:place], whole[place + 1 :]
        values = range(256) if everywhere or byte == 0x0A else SOME | {byte ^ 1, byte ^ 0x20}
        for value in values:
            if value != byte:
                yield before + bytes([value]) + after
        yield before + after
        if byte == 0x0A:
            for end in FORGIVEN:
                yield before + end + after
    for value in range(256):
        yield whole + bytes([value])
    for end in FORGIVEN:
        yield (end or b" ") + whole


def test_every_changed_byte_of_the_checksums_is_refused(pack: Path) -> None:
    wanted, whole = wanted_of(pack), (pack / "manifest.sha256").read_bytes()
    assert checksum_faults(whole, wanted) == []
    assert [
        raw for raw in changed(whole, everywhere=True) if not checksum_faults(raw, wanted)
    ] == []


def test_the_lines_of_the_checksums_in_another_order_are_refused(pack: Path) -> None:
    path = pack / "manifest.sha256"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(reversed(lines)))
    assert check_files(pack) == [
        "manifest.sha256\u00a0: fichier modifié (fins de ligne, ordre ou signes ajoutés)"
    ]


def test_every_changed_byte_of_the_manifest_is_refused(pack: Path) -> None:
    path = pack / "manifest.json"
    whole = path.read_bytes()
    assert check_files(pack) == []
    for end in FORGIVEN:
        path.write_bytes(whole.replace(b"\n", end, 1))
        assert check_files(pack), end
    sums = (pack / "manifest.sha256").read_bytes()
    for raw in changed(whole, everywhere=False):
        try:
            expected = read_manifest(raw)
        except (ValueError, KeyError, TypeError):
            continue
        wanted = {name: digest for name, (digest, _size) in expected.items()}
        wanted["manifest.json"] = hashlib.sha256(raw).hexdigest()
        assert checksum_faults(sums, wanted), raw


@pytest.mark.parametrize(
    "forged",
    [
        lambda text: text.replace('"files"', '"files": [],\n "files"'),
        lambda text: text.replace('"size": 8', '"size": 9, "size": 8'),
        lambda text: text.replace('"size": 8', '"size": 8.0'),
        lambda text: text.replace('"size": 8', '"size": 8, "x": NaN'),
        lambda text: text.replace('"LISEZ-MOI.txt"', '"manifest.sha256"'),
        lambda text: text.replace('"LISEZ-MOI.txt"', '"\\ud800"'),
        lambda text: "\ufeff" + text,
    ],
)
def test_a_manifest_that_two_readers_would_read_differently_is_refused(
    pack: Path, forged: Callable[[str], str]
) -> None:
    """Even when its checksums were made again."""
    path = pack / "manifest.json"
    path.write_bytes(forged(path.read_text(encoding="utf-8")).encode())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sums = pack / "manifest.sha256"
    kept = [line for line in sums.read_bytes().split(b"\n") if not line.endswith(b"manifest.json")]
    sums.write_bytes(b"\n".join(sorted([*kept[:-1], f"{digest}  manifest.json".encode()])) + b"\n")
    assert any(fault.startswith("manifest.json\u00a0: illisible") for fault in check_files(pack))


def test_a_link_slipped_into_the_pack_is_named(pack: Path) -> None:
    (pack / "ailleurs").symlink_to(pack / "1_parc", target_is_directory=True)
    assert check_files(pack) == ["ailleurs\u00a0: fichier ajouté, absent du manifeste"]


def event(rank: int, previous: str) -> dict[str, Any]:
    content = {
        "id": f"e{rank}",
        "sequence": rank,
        "kind": "presence",
        "half_day_id": 1,
        "enrolment_id": 2,
        "supersedes_id": None,
        "context": {"\u00e9crit": "\u00ab \u00e0 la main \u00bb"},
        "prev_hash": previous,
        "hash_version": 2,
    }
    return {**content, "hash": hashlib.sha256(canonical_json(content)).hexdigest()}


def test_every_changed_byte_of_a_chain_is_refused() -> None:
    """Without the manifest: a line says one thing in one way only."""
    first = event(1, "")
    whole = b"".join(canonical_json(item) + b"\n" for item in (first, event(2, first["hash"])))
    assert check_lines(io.BytesIO(whole)) == (2, "")
    for raw in changed(whole, everywhere=False):
        assert check_lines(io.BytesIO(raw))[1], raw
