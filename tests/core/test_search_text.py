"""The words that people search are right after every way of writing a row."""

import ast
import re
from pathlib import Path

import pytest

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat

from core.models.plain_search import PlainSearchModel, PlainSearchQuerySet, plain_columns
from tests import factories

MODELS = [
    model for model in apps.get_models() if any(f.name == "search_text" for f in model._meta.fields)
]
KEEPER = "core/models/plain_search.py"


@pytest.fixture(params=MODELS, ids=lambda model: model._meta.label)
def row(request, db):
    made = getattr(factories, f"{request.param.__name__}Factory")()
    return request.param.objects.get(pk=made.pk)


def words_are_right(model):
    wrong = [
        (each.search_text, plain_columns(each, model.SEARCHED))
        for each in model._base_manager.order_by("pk")
        if each.search_text != plain_columns(each, model.SEARCHED)
    ]
    assert not wrong
    return True


def written(row, text):
    """A value for the first searched column, and the row found by it afterwards."""
    model, column = type(row), row.SEARCHED[0]
    assert words_are_right(model)
    assert getattr(model.objects.get(pk=row.pk), column).endswith(text)
    assert row in model.objects.searched(text)
    return True


def save(row, column):
    setattr(row, column, "Élan")
    row.save()


def save_some_columns(row, column):
    setattr(row, column, "Élan")
    row.save(update_fields=[column])


def save_some_columns_of_a_row_loaded_before(row, column):
    other = row.SEARCHED[1]
    type(row).objects.filter(pk=row.pk).update(**{other: "Autre"})
    setattr(row, column, "Élan")
    row.save(update_fields=[column])


def save_a_row_loaded_in_part(row, column):
    part = type(row).objects.only("pk", column).get(pk=row.pk)
    setattr(part, column, "Élan")
    part.save()


def save_an_expression(row, column):
    setattr(row, column, Concat(F(column), Value(" Élan")))
    row.save()


def save_through_the_base_manager(row, column):
    locked = type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
    setattr(locked, column, "Élan")
    locked.save(update_fields=[column])


def update(row, column):
    type(row).objects.filter(**{column: getattr(row, column)}).update(**{column: "Élan"})


def update_with_an_expression(row, column):
    type(row).objects.update(**{column: Concat(F(column), Value(" Élan"))})


def update_through_the_base_manager(row, column):
    type(row)._base_manager.filter(pk=row.pk).update(**{column: "Élan"})


def update_or_create(row, column):
    type(row).objects.update_or_create(pk=row.pk, defaults={column: "Élan"})


def bulk_update(row, column):
    setattr(row, column, "Élan")
    type(row).objects.bulk_update([row], [column])


def bulk_create_over_rows_that_are_there(row, column):
    setattr(row, column, "Élan")
    type(row).objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"], update_fields=[column]
    )


WAYS = [
    save,
    save_some_columns,
    save_some_columns_of_a_row_loaded_before,
    save_a_row_loaded_in_part,
    save_an_expression,
    save_through_the_base_manager,
    update,
    update_with_an_expression,
    update_through_the_base_manager,
    update_or_create,
    bulk_update,
    bulk_create_over_rows_that_are_there,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_words_follow_every_way_of_changing_a_row(row, way):
    way(row, row.SEARCHED[0])
    assert written(row, "Élan")


@pytest.mark.parametrize("how", ["save", "bulk_create", "bulk_create_expression"])
def test_the_words_are_there_however_a_row_is_made(row, how):
    model, column = type(row), row.SEARCHED[0]
    row.pk, row._state.adding = None, True
    for field in model._meta.fields:
        if field.unique and not field.primary_key:
            setattr(row, field.attname, field.get_default())
    setattr(row, column, Value("Été Élan") if how == "bulk_create_expression" else "Été Élan")
    if how == "save":
        row.save()
    else:
        model.objects.bulk_create([row])
    assert written(row, "Élan")


def test_a_column_that_is_not_searched_costs_no_query_more(row, django_assert_num_queries):
    other = next(
        field.name
        for field in type(row)._meta.fields
        if isinstance(field, models.CharField) and field.name not in row.SEARCHED
    )
    with django_assert_num_queries(1):
        row.save(update_fields=[other])
    with django_assert_num_queries(1):
        type(row).objects.filter(pk=row.pk).update(**{other: ""})


# --- The code base --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_manager_of_a_searched_model_keeps_the_words(model):
    assert issubclass(model, PlainSearchModel)
    assert model.SEARCHED
    assert {field.name for field in model._meta.fields} >= set(model.SEARCHED)
    managers = [*model._meta.managers, model._base_manager, model._default_manager]
    for manager in managers:
        assert isinstance(manager.get_queryset(), PlainSearchQuerySet), manager


#: What writes a table without passing by `save` or by a queryset.
BYPASSES = {"_update", "_insert", "_raw_delete", "save_base", "UpdateQuery", "InsertQuery"}


def test_nothing_writes_a_searched_table_but_its_managers():
    tables = "|".join(model._meta.db_table for model in MODELS)
    statement = re.compile(rf'(?i)\b(update|insert\s+into|copy)\s+"?({tables})\b')
    faults = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "search_text":
                faults.append(f"{path}:{node.value.lineno} gives search_text a value")
            elif isinstance(node, ast.Attribute) and (
                (node.attr == "search_text" and isinstance(node.ctx, ast.Store))
                or node.attr in BYPASSES
            ):
                faults.append(f"{path}:{node.lineno} {node.attr}")
            elif (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and statement.search(node.value)
            ):
                faults.append(f"{path}:{node.lineno} writes the table by SQL")
    assert not faults


def sources():
    """Every module of the product but the keeper of the column and migrations."""
    root = Path(settings.BASE_DIR)
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.parent != root:
            continue
        for path in sorted(folder.rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if name != KEEPER and "/migrations/" not in name:
                yield name, ast.parse(path.read_text())
