"""Names that are data never change with the code: `names.json` is what they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.characterisation import names

FILE = Path(__file__).with_name("names.json")
WHY = (
    "These names stand in hashes, stored rows, packs, links and papers that exist already. A "
    "change here needs a decision record and, for what is hashed, a new HASH_VERSION; only "
    "then is names.json edited. A new name is added to it in the same commit."
)


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """What the file says."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def _differences(before: Any, now: Any, where: str = "") -> list[str]:
    """One sentence for each name that came, went, or means something else."""
    if isinstance(before, dict) and isinstance(now, dict):
        keys = sorted(set(before) | set(now))
        return [
            sentence
            for key in keys
            for sentence in _differences(before.get(key), now.get(key), f"{where}/{key}")
        ]
    if isinstance(before, list) and isinstance(now, list):
        gone = [f"{where}: {name} is gone" for name in sorted(set(before) - set(now))]
        return gone + [f"{where}: {name} is new" for name in sorted(set(now) - set(before))]
    return [] if before == now else [f"{where}: {before} became {now}"]


def test_names_that_are_stored_are_those_of_the_file(written: dict[str, Any]) -> None:
    expected = {part: values for part, values in written.items() if part != "pack_paths"}
    changed = _differences(expected, names.stored_names())
    assert not changed, "\n".join([WHY, *changed])


@pytest.mark.django_db
def test_files_of_a_pack_are_called_as_the_file_says(written: dict[str, Any]) -> None:
    changed = _differences(written["pack_paths"], names.pack_paths(), "pack_paths")
    assert not changed, "\n".join([WHY, *changed])
