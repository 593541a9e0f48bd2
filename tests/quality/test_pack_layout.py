"""Every folder and file of the pack is named in one place."""

import ast
from pathlib import Path

import pytest

from quality.domain import pack
from quality.domain.pack import layout

FOLDER = Path(pack.__file__).parent
NAMES = {
    value
    for name, value in vars(layout).items()
    if name.isupper() and isinstance(value, str) and ("." in value or value[0].isdigit())
}


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.relative_to(FOLDER).name
)
def test_only_the_layout_names_what_is_in_a_pack(path: Path) -> None:
    if path.stem == layout.__name__.rpartition(".")[2]:
        assert len(NAMES) > 20
        return
    written = {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not {text for text in written for name in NAMES if text.startswith(f"{name}/")}
    assert not written & NAMES
