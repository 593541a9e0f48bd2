"""No app asks through a name that a higher app declares on its models."""

import ast
import re
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignObjectRel

from tests.codebase.sources import ROOT, name_of, nodes, python_files

CONTRACT = re.compile(r'^layers = \[(".*")\]$', re.MULTILINE)
#: From the lowest app; those beside each other have one rank.
RANKS = {
    app.strip(): rank
    for rank, line in enumerate(
        reversed(CONTRACT.search((ROOT / "pyproject.toml").read_text("utf-8"))[1].split(","))
    )
    for app in line.strip(' "').split("|")
}
#: Methods of queries whose words are names of fields and relations.
QUERIES = {
    "filter", "exclude", "get", "annotate", "select_related", "prefetch_related", "values",
    "values_list", "order_by", "only", "defer", "Q", "F", "OuterRef", "Count", "Prefetch",
}  # fmt: skip


def _ranks_of_declarers() -> dict[str, int]:
    """Name of a relation seen from its other end → rank of the lowest app that declares it."""
    ranks: dict[str, int] = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            app = getattr(field.related_model, "_meta", model._meta).app_label
            if isinstance(field, ForeignObjectRel) and app in RANKS:
                for name in (field.name, field.get_accessor_name()):
                    ranks[name] = min(RANKS[app], ranks.get(name, RANKS[app]))
    return ranks


def _ranks_of_fields() -> dict[str, int]:
    """Name of a field → rank of the lowest app of ours that has one of that name."""
    ranks: dict[str, int] = {}
    for model in apps.get_models():
        if model._meta.app_label in RANKS:
            rank = RANKS[model._meta.app_label]
            for field in (*model._meta.fields, *model._meta.many_to_many):
                ranks[field.name] = min(rank, ranks.get(field.name, rank))
    return ranks


def _own_attributes() -> set[str]:
    """What plain classes of ours carry (`board.rows`): seen alone, such a name proves nothing."""
    return {
        line.target.id
        for path in python_files(product_only=True)
        for declared in nodes(path, ast.ClassDef)
        for line in declared.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    }


DECLARERS = _ranks_of_declarers()
FIELDS = _ranks_of_fields()
PLAIN = _own_attributes() | set(dir(dict))


def _is_declared_above(name: str, rank: int) -> bool:
    return DECLARERS.get(name, -1) > rank and FIELDS.get(name, rank + 1) > rank


def _names_asked(path: Path) -> list[tuple[int, str]]:
    """What the file asks of objects and of queries: line, name."""
    found = [
        (node.lineno, node.attr)
        for node in nodes(path, ast.Attribute)
        if node.attr not in PLAIN and isinstance(node.ctx, ast.Load)
    ]
    for call in nodes(path, ast.Call):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name not in QUERIES:
            continue
        words = [(keyword.value.lineno, keyword.arg or "") for keyword in call.keywords]
        words += [
            (argument.lineno, argument.value.lstrip("-"))
            for argument in call.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        found += [(line, part) for line, word in words for part in word.split("__")]
    return found


def _asked_above(path: Path, rank: int) -> list[str]:
    return [
        f"{path.name}:{line} {name}"
        for line, name in _names_asked(path)
        if _is_declared_above(name, rank)
    ]


def test_no_app_asks_through_a_name_that_a_higher_app_declares() -> None:
    files = [
        path for path in python_files(product_only=True) if name_of(path).split("/")[0] in RANKS
    ]
    assert [
        f"{name_of(path)} {asked}"
        for path in files
        for asked in _asked_above(path, RANKS[name_of(path).split("/")[0]])
    ] == []


def test_a_name_declared_above_is_recognised(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text(
        "enrolment.absence_follow_ups.all()\n"
        "rows.exclude(imported_row__batch=1)\n"
        "rows.filter(imported_row=None)\n"
        "rows.prefetch_related('chain_anchors')\n"
        "session.enrolments.filter(learner__last_name='')\n"
    )
    lines = [asked.split(":")[1] for asked in _asked_above(sample, RANKS["training"])]
    assert sorted(lines) == [
        "1 absence_follow_ups", "2 imported_row", "3 imported_row", "4 chain_anchors"
    ]  # fmt: skip
