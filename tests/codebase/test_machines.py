"""State machines and background tasks hold together."""

import ast
import importlib
import re
from typing import Any

import pytest

from django.apps import apps
from django.conf import settings
from django.db import models

from config.celery import app as celery_app
from tests.codebase.sources import ROOMS, ROOT, name_of, nodes, python_files

TASK_NAME = re.compile(rf"({'|'.join(ROOMS)})\.tasks\.\w+")


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


def _task_names() -> dict[str, str]:
    """Where a room names a task, as constants do for `jobs.enqueue` → the name."""
    return {
        f"{name_of(path)}:{node.lineno}": node.value
        for path in python_files(product_only=True)
        for node in nodes(path, ast.Constant)
        if isinstance(node.value, str) and TASK_NAME.fullmatch(node.value)
    }


def test_every_task_that_is_named_is_registered() -> None:
    celery_app.loader.import_default_modules()
    named = _task_names()
    assert "training.tasks.deliver_message" in named.values()
    assert {place: name for place, name in named.items() if name not in celery_app.tasks} == {}


def test_every_registered_task_of_ours_is_named_as_the_others() -> None:
    celery_app.loader.import_default_modules()
    ours = {name for name in celery_app.tasks if name.split(".")[0] in ROOMS}
    assert {name for name in ours if not TASK_NAME.fullmatch(name)} == set()


def test_every_scheduled_name_is_a_registered_task() -> None:
    celery_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(celery_app.tasks)
