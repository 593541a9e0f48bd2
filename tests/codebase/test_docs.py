"""What the documentation says of the code is so: paths, names, models, layers, states."""

import ast
import json
import re
import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from django.apps import apps
from django.core.management import get_commands
from django.db import models

from operations.management.commands import describe_models
from tests.codebase.sources import APPS, ROOT, name_of, nodes, project_files, python_files
from training.enums import ENDED_ENROLMENT_STATES

PAGES = [
    path
    for path in project_files()
    if path.suffix == ".md" and path.parts[-2] in {ROOT.name, "docs", "adr"}
]
ARCHITECTURE = ROOT / "docs/architecture.md"
MODELS = ROOT / "docs/models.md"
RECIPES = ROOT / "docs/recipes.md"
QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[\w-]*)?\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"\.?[\w*-][\w.*-]*(?:/[\w.*-]+)*/?")
SYMBOL = re.compile(rf"({'|'.join((*APPS, 'tests'))})(\.\w+)+")
MOST_LINES_OF_A_RECIPE = 12


def text_of(path: Path) -> str:
    """The page, as written."""
    return path.read_text(encoding="utf-8")


def quoted(path: Path) -> list[str]:
    """What stands in backquotes, blocks of code left out."""
    return QUOTED.findall(FENCE.sub("", text_of(path)))


# --- Paths and names ----------------------------------------------------------------------------


@cache
def _known_paths() -> set[str]:
    files = {name_of(path) for path in project_files()}
    return files | {str(parent) for name in files for parent in Path(name).parents}


def _is_path(text: str) -> bool:
    """`core/registry.py`, `*/domain/`: what claims to be a file or a folder of ours."""
    if not PATH.fullmatch(text):
        return False
    first = text.split("/")[0]
    return "/" in text and (first in _known_paths() or first in {"*", "**"})


def _exists(text: str) -> bool:
    name = text.rstrip("/")
    return any(ROOT.glob(name)) if "*" in name else name in _known_paths()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_in_a_page_exists(page: Path) -> None:
    missing = [text for text in quoted(page) if _is_path(text) and not _exists(text)]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    targets = [link for link in LINK.findall(text_of(page)) if "://" not in link]
    assert [link for link in targets if not (page.parent / link).resolve().exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_in_a_page_exists(page: Path) -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", text_of(page)))
    assert named - set(get_commands()) == set()


def test_every_script_is_described_to_contributors() -> None:
    scripts = {name_of(path) for path in project_files() if path.parent == ROOT / "script"}
    described = {text.split()[0] for text in quoted(ROOT / "CONTRIBUTING.md")}
    assert len(scripts) > 8
    assert scripts - described == set()


def _names_something(text: str) -> bool:
    """Whether `app.module.name` is a module, what a module holds, a model or a permission."""
    parts = text.removesuffix("()").split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            found = getattr(found, part, None)
        if found is not None:
            return True
        break
    return len(parts) == 2 and parts[1].lower() in _models_and_permissions(parts[0])


@cache
def _models_and_permissions(app: str) -> set[str]:
    found = list(apps.get_app_config(app).get_models()) if apps.is_installed(app) else []
    names = {model._meta.model_name for model in found}
    standard = {
        f"{action}_{model._meta.model_name}"
        for model in found
        for action in model._meta.default_permissions
    }
    return names | standard | {name for model in found for name, _ in model._meta.permissions}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_name_of_code_in_a_page_exists(page: Path) -> None:
    named = [text for text in quoted(page) if SYMBOL.fullmatch(text.removesuffix("()"))]
    named = [text for text in named if not (ROOT / text).exists()]
    assert [text for text in named if not _names_something(text)] == []


def test_a_wrong_path_and_a_wrong_name_are_seen() -> None:
    assert _is_path("core/gone.py")
    assert not _exists("core/gone.py")
    assert _is_path("*/domain/")
    assert _exists("*/domain/")
    assert not _is_path("text/html")
    assert _names_something("core.registry.grant")
    assert _names_something("training.TrainingSession")
    assert not _names_something("core.registry.gone")
    assert not _names_something("core.gone")


def test_every_decision_has_its_number_and_its_date() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))
    for rank, path in enumerate(decisions, start=1):
        assert path.name.startswith(f"{rank:04d}-"), path.name
        assert text_of(path).startswith(f"# {rank}. "), path.name
        assert re.search(r"^Date: \d{4}-\d\d-\d\d\. Status: \w", text_of(path), re.M), path.name


def test_a_recipe_is_short() -> None:
    recipes = text_of(RECIPES).split("\n## ")[1:]
    assert len(recipes) >= 12
    long = {
        recipe.splitlines()[0]: lines
        for recipe in recipes
        if (lines := sum(bool(line.strip()) for line in recipe.splitlines()[1:]))
        > MOST_LINES_OF_A_RECIPE
    }
    assert not long


# --- Models -------------------------------------------------------------------------------------


def _sections(page: Path) -> dict[str, str]:
    """Title → text of each section of second level."""
    parts = re.split(r"^## (.+)$", text_of(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


AGAIN = "run `manage.py describe_models`"


def test_every_app_with_models_has_its_section_in_the_order_of_the_layers() -> None:
    assert list(_sections(MODELS)) == [config.label for config in describe_models.our_apps()], AGAIN
    assert [app for app in APPS if app in _sections(MODELS)] == list(_sections(MODELS))


@pytest.mark.parametrize("config", describe_models.our_apps(), ids=lambda config: config.label)
def test_relations_and_sentences_are_those_of_the_models(config) -> None:
    section = _sections(MODELS)[config.label]
    assert describe_models.relations_diagram(config) in section, AGAIN
    described = re.findall(r"^- `(\w+)`: \S.{9,}$", section, re.MULTILINE)
    assert described == sorted(model.__name__ for model in config.get_models()), AGAIN


@pytest.mark.parametrize("config", describe_models.our_apps(), ids=lambda config: config.label)
def test_no_foreign_key_of_ours_is_left_out_of_the_diagram(config) -> None:
    section = _sections(MODELS)[config.label]
    for model in config.get_models():
        written = {
            field.name
            for field in model._meta.local_fields
            if isinstance(field, models.ForeignKey) and _is_written_by_us(model, field.name)
        }
        shown = re.findall(
            rf'^    {model.__name__} [}}|]o--\S+ \S+ : "?(\w+)', section, re.MULTILINE
        )
        assert written <= set(shown), model


def _is_written_by_us(model: type[models.Model], name: str) -> bool:
    """Whether a field stands in the body of a class in a file of ours."""
    for parent in model.__mro__:
        module = parent.__module__.split(".")[0]
        if module in APPS and name in vars(parent):
            source = Path(import_module(parent.__module__).__file__ or "").read_text("utf-8")
            if re.search(rf"^    {name}\b.*= (models|ParentalKey)", source, re.MULTILINE):
                return True
    return False


# --- Layers -------------------------------------------------------------------------------------


@cache
def _contracts() -> list[dict]:
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    return settings["tool"]["importlinter"]["contracts"]


def _layers() -> list[list[str]]:
    """The layers of the apps, from the highest down."""
    apps_contract = next(item for item in _contracts() if "containers" not in item)
    return [layer.split(" | ") for layer in apps_contract["layers"]]


def _arrows(diagram: str) -> set[tuple[str, str]]:
    """(from, to) of each arrow of a flowchart: `a & b --> c & d --> e`."""
    found = set()
    for line in diagram.splitlines():
        ends = [end.strip().split(" & ") for end in line.split("-->")]
        for left, right in zip(ends, ends[1:], strict=False):
            found |= {(one.strip(), other.strip()) for one in left for other in right}
    return found


def test_the_diagram_of_the_apps_is_the_contract_of_their_imports() -> None:
    diagram = next(text for text in DIAGRAM.findall(text_of(ARCHITECTURE)) if "flowchart" in text)
    layers = _layers()
    forbidden = {
        (source, target)
        for item in _contracts()
        if item["type"] == "forbidden"
        for source in item["source_modules"]
        for target in item["forbidden_modules"]
    }
    expected = {
        (one, other)
        for upper, lower in zip(layers, layers[1:], strict=False)
        for one in upper
        for other in lower
    }
    assert _arrows(diagram) == expected - forbidden
    assert sorted(app for layer in layers for app in layer) == sorted(APPS)


def test_every_app_of_the_contract_is_explained_in_the_architecture() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", text_of(ARCHITECTURE), re.MULTILINE)
    assert explained == [app for layer in _layers() for app in sorted(layer)]


def test_the_layers_inside_an_app_are_those_of_the_contract() -> None:
    contract = next(item for item in _contracts() if "containers" in item)
    rank = {
        module: rank
        for rank, layer in enumerate(contract["layers"])
        for module in re.findall(r"\w+", layer)
    }
    shown = re.search(r"`(apps → [^`]+)`", text_of(ARCHITECTURE))
    assert shown is not None
    layers = [re.findall(r"\w+", layer) for layer in shown[1].split("→")]
    ranks = [[rank[module] for module in layer] for layer in layers]
    for upper, lower in zip(ranks, ranks[1:], strict=False):
        assert max(upper) < min(lower), f"the page shows {shown[1]}"


def test_every_app_stands_in_the_contracts() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    inside = next(item for item in _contracts() if "containers" in item)
    assert apps == set(inside["containers"])
    assert apps | {"config"} == set(APPS)


# --- States -------------------------------------------------------------------------------------

MACHINE = re.compile(r'state "(\w+)" as \w+ \{\n(.*?)\n\s*\}', re.DOTALL)
MOVE = re.compile(r"^\s*(\[\*\]|\w+) --> (\w+)(?::.*)?$", re.MULTILINE)


def _machines_of(page: Path) -> dict[str, set[tuple[str, str]]]:
    """Name of a model → the moves that a page shows."""
    return {
        name: set(MOVE.findall(body))
        for diagram in DIAGRAM.findall(text_of(page))
        for name, body in MACHINE.findall(diagram)
    }


MACHINES = {model.__name__: model for model in describe_models.machines()}
#: Moves that the architecture gives in a sentence: an enrolment that ended goes back.
IN_WORDS = {("Enrolment", str(state)) for state in ENDED_ENROLMENT_STATES}


def _moves(model: type[models.Model]) -> set[tuple[str, str]]:
    """The moves of the table of a model, those that write a row included."""
    table = describe_models.machines()[model]
    begun = {("[*]", state) for state in describe_models.starts(model)}
    return begun | {(str(left), str(to)) for left, targets in table.items() for to in targets}


def test_every_machine_is_drawn_in_the_models_as_its_table_says() -> None:
    expected = {name: _moves(model) for name, model in MACHINES.items()}
    assert _machines_of(MODELS) == expected, AGAIN


def test_the_machines_of_the_architecture_are_the_tables_of_transitions() -> None:
    shown = _machines_of(ARCHITECTURE)
    assert {"TrainingSession", "Enrolment", "Document"} <= set(shown)
    for name, moves in shown.items():
        expected = _moves(MACHINES[name])
        assert moves <= expected, name
        assert {move for move in expected - moves if (name, move[0]) not in IN_WORDS} == set(), name


# --- The chain ----------------------------------------------------------------------------------


def _first_cells(text: str) -> list[str]:
    """The names in the first column of the tables of a text, in alphabetical order."""
    rows = re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE)
    return sorted(name for row in rows for name in re.findall(r"`(\w+)`", row))


def test_every_field_of_an_exported_event_is_explained_and_no_other() -> None:
    stored = json.loads(text_of(ROOT / "tests/characterisation/names.json"))
    page = text_of(ROOT / "docs/attendance-chain.md").split("\n## ")[1]
    fields, circumstances = page.split("`context` names no one")
    assert _first_cells(fields) == sorted(stored["attendance_event"]["version 2"])
    assert set(_first_cells(circumstances)) <= set(stored["attendance_details_and_context"])


# --- Words --------------------------------------------------------------------------------------


def test_classes_named_in_the_glossary_exist() -> None:
    named = re.findall(r"\(`([A-Z]\w+)`\)", text_of(ROOT / "docs/glossary.md"))
    classes = {node.name for path in python_files() for node in nodes(path, ast.ClassDef)}
    assert len(named) > 8
    assert set(named) - classes == set()
