"""State machines and background tasks hold together."""

import ast
import re
import sys

import pytest

from django.apps import apps
from django.conf import settings
from django.db import models

from config.celery import app as celery_app
from core.machines import Transitions
from tests.codebase.sources import APPS, name_of, nodes, python_files

TASK_NAME = re.compile(rf"({'|'.join(APPS)})\.tasks\.\w+")


#: What is recorded of a person at a half-day: a value, which nothing moves.
RECORDED = {"training.AttendanceMark", "attendance.AttendanceEvent"}

MACHINES: dict[str, type[models.Model]] = {
    model._meta.label: model
    for model in apps.get_models()
    if model._meta.app_label in APPS
    and any(field.name == "state" for field in model._meta.get_fields())
    and model._meta.label not in RECORDED
}


def _table(model: type[models.Model]) -> Transitions:
    table = getattr(model, "transitions", None)
    assert isinstance(table, Transitions), f"{model.__name__} names no table of transitions"
    return table


def _states(model: type[models.Model]) -> set[str]:
    return {value for value, _label in model._meta.get_field("state").choices}


def test_the_machines_are_all_seen() -> None:
    assert {"training.TrainingSession", "core.Job", "attendance.WalkIn"} <= set(MACHINES)
    assert not RECORDED - {model._meta.label for model in apps.get_models()}


@pytest.mark.parametrize("label", MACHINES)
def test_a_table_of_transitions_names_every_state_once(label: str) -> None:
    table = _table(MACHINES[label])
    assert set(table) == _states(MACHINES[label])
    assert all(targets <= set(table) for targets in table.values())
    # A worker takes a row again in the state where it is; a person moves it.
    assert not table.journals_workers or all(
        state not in targets for state, targets in table.items()
    )


@pytest.mark.parametrize("label", MACHINES)
def test_every_state_can_be_reached_from_those_where_a_row_starts(label: str) -> None:
    model = MACHINES[label]
    table = _table(model)
    reached = {str(model._meta.get_field("state").default), *map(str, table.starts)}
    waiting = list(reached)
    while waiting:
        for state in set(table[waiting.pop()]) - reached:
            reached.add(state)
            waiting.append(state)
    assert reached == _states(model)


def test_every_table_is_that_of_a_model() -> None:
    used = {id(_table(model)) for model in MACHINES.values()}
    unused = {
        f"{module.__name__}.{name}"
        for module in list(sys.modules.values())
        if module.__name__.split(".")[0] in APPS
        for name, value in vars(module).items()
        if isinstance(value, Transitions) and id(value) not in used
    }
    assert unused == set()


# --- Tasks --------------------------------------------------------------------------------------


def _task_names() -> dict[str, str]:
    """Where a app names a task, as constants do for `jobs.enqueue` → the name."""
    return {
        f"{name_of(path)}:{node.lineno}": node.value
        for path in python_files(product_only=True)
        for node in nodes(path, ast.Constant)
        if isinstance(node.value, str) and TASK_NAME.fullmatch(node.value)
    }


def test_every_task_that_is_named_is_registered() -> None:
    celery_app.loader.import_default_modules()
    named = _task_names()
    assert "core.tasks.deliver_message" in named.values()
    assert {place: name for place, name in named.items() if name not in celery_app.tasks} == {}


def test_every_registered_task_of_ours_is_named_as_the_others() -> None:
    celery_app.loader.import_default_modules()
    ours = {name for name in celery_app.tasks if name.split(".")[0] in APPS}
    assert {name for name in ours if not TASK_NAME.fullmatch(name)} == set()


def test_every_scheduled_name_is_a_registered_task() -> None:
    celery_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(celery_app.tasks)
