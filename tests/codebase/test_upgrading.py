"""What we lean on in libraries stands in `docs/upgrading.md`: all of it, and nothing else."""

import ast
import re

from tests.codebase.private_names import private_overrides, private_uses, replaced_at_run_time
from tests.codebase.sources import ROOT, nodes, python_files
from tests.codebase.test_templates import _our_templates, _overrides

PAGE = (ROOT / "docs/upgrading.md").read_text(encoding="utf-8")
#: Modules of libraries whose manuals leave them out; those that we import are listed.
UNDOCUMENTED = (
    "allauth.account.auth_backends",
    "allauth.account.authentication",
    "allauth.account.models",
    "allauth.account.utils",
    "allauth.core",
    "allauth.mfa.models",
    "allauth.mfa.utils",
    "django.db.backends",
    "kombu.transport",
    "wagtail.admin.ui.menus",
    "wagtail.admin.utils",
    "wagtail.admin.views",
    "wagtail.permission_policies.pages",
    "wagtail.utils",
    "weasyprint.formatting_structure",
    "weasyprint.pdf",
)


def _rows(title: str) -> list[tuple[set[str], set[str]]]:
    """(names of the first cell, names of the second) of the table under a title."""
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [(set(_quoted(cells[0])), set(_quoted(cells[1]))) for cells in rows]


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_private_names_of_libraries_are_those_of_the_page() -> None:
    listed = {
        (file, name) for names, files in _rows("Private names") for name in names for file in files
    }
    # A line with several names says of each file that it uses some of them.
    used = private_uses() | private_overrides()
    assert used - listed == set(), "not listed"
    assert {name for _file, name in listed} - {name for _file, name in used} == set(), "not used"
    assert {file for file, _name in listed} - {file for file, _name in used} == set(), "not used"


def test_what_is_replaced_at_run_time_is_that_of_the_page() -> None:
    listed = {
        (file, name)
        for names, files in _rows("Replaced at run time")
        for name in names
        for file in files
    }
    assert replaced_at_run_time() == listed
    # Nothing of the product changes a library as it runs.
    assert all(file.startswith("tests/") for file, _name in listed)


def test_undocumented_modules_that_we_import_are_those_of_the_page() -> None:
    imported = set()
    for path in python_files(product_only=True):
        for node in nodes(path, ast.ImportFrom):
            names = {node.module or "", *(f"{node.module}.{item.name}" for item in node.names)}
            imported |= {
                module
                for module in UNDOCUMENTED
                if any(name == module or name.startswith(f"{module}.") for name in names)
            }
    listed = {
        name
        for names, _files in _rows("Modules that their documentation leaves out")
        for name in names
    }
    assert {one for one in imported if not any(name.startswith(one) for name in listed)} == set()
    assert {name for name in listed if not any(name.startswith(one) for one in imported)} == set()


def test_every_template_of_a_library_that_we_replace_is_in_a_folder_of_the_page() -> None:
    replaced = {name.split("/")[0] for name in _our_templates() & _overrides()}
    folders = {name for names, _files in _rows("Replaced templates") for name in names}
    assert {f"templates/{name}/" for name in replaced} == folders
