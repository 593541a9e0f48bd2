"""State machines and background tasks hold together."""

import ast
import importlib
from types import ModuleType
from typing import Any

import pytest

from django.apps import apps
from django.conf import settings
from django.db import models

from config.celery import app as celery_app
from tests.codebase.sources import ROOMS, ROOT, name_of, nodes, python_files

ENTRY_FUNCTIONS = {"enqueue", "hint"}


def _transition_tables() -> dict[str, dict[str, frozenset[str]]]:
    tables = {}
    for room in ROOMS:
        if not (ROOT / room / "enums.py").exists():
            continue
        module = importlib.import_module(f"{room}.enums")
        for name, value in vars(module).items():
            if name.endswith("TRANSITIONS"):
                tables[f"{room}.{name}"] = value
    return tables


TABLES = _transition_tables()


def _enum_of(table: dict[str, frozenset[str]]) -> Any:
    return type(next(iter(table)))


def _initial_states(enum: Any) -> set[str]:
    """Defaults of the model fields that hold this state."""
    return {
        field.default
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField)
        and field.name == "state"
        and list(field.choices or []) == enum.choices
    }


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_transitions_names_every_state_once(name: str) -> None:
    table = TABLES[name]
    enum = _enum_of(table)
    assert set(table) == set(enum)
    assert all(targets <= set(enum) for targets in table.values())
    assert all(state not in targets for state, targets in table.items())


@pytest.mark.parametrize("name", TABLES)
def test_every_state_can_be_reached_from_the_first_one(name: str) -> None:
    table = TABLES[name]
    enum = _enum_of(table)
    reached = _initial_states(enum)
    assert reached, f"no model starts in a state of {enum.__name__}"
    waiting = list(reached)
    while waiting:
        for state in table[enum(waiting.pop())] - reached:
            reached.add(state)
            waiting.append(state)
    assert reached == set(enum)


def test_the_machines_of_the_domain_are_all_seen() -> None:
    assert {"training.SESSION_TRANSITIONS", "training.ENROLMENT_TRANSITIONS"} <= set(TABLES)


# --- Tasks --------------------------------------------------------------------------------------


def _value(node: ast.expr, module: ModuleType) -> Any:
    """The value of a constant, or of a name or attribute that the module knows; else None."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute):
        return getattr(_value(node.value, module), node.attr, None)
    return None


def _enqueued() -> dict[str, Any]:
    """Where a task is enqueued → its name; None when it cannot be read from the source."""
    found = {}
    for path in python_files(product_only=True):
        module_name = name_of(path).removesuffix(".py").replace("/", ".")
        for call in nodes(path, ast.Call):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else None
            called = call.func.id if isinstance(call.func, ast.Name) else called
            named = [keyword.value for keyword in call.keywords if keyword.arg == "task"]
            if called == "hint" and call.args:
                named = [call.args[0]]
            if called in ENTRY_FUNCTIONS and named and module_name != "training.domain.jobs":
                module = importlib.import_module(module_name.removesuffix(".__init__"))
                found[f"{name_of(path)}:{call.lineno}"] = _value(named[0], module)
    return found


def test_every_enqueued_name_is_a_registered_task() -> None:
    celery_app.loader.import_default_modules()
    enqueued = _enqueued()
    assert enqueued
    unknown = {place: name for place, name in enqueued.items() if name not in celery_app.tasks}
    assert not unknown


def test_every_scheduled_name_is_a_registered_task() -> None:
    celery_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(celery_app.tasks)
