"""Rows that are written once: the model refuses to change them, and PostgreSQL too."""

import pytest

from django.apps import apps
from django.db import connection

from attendance.models import ChainAnchor
from core.exceptions import DomainError
from core.models.append_only import AppendOnlyModel
from tests.codebase.sources import APPS

WRITTEN_ONCE = [
    model
    for model in apps.get_models()
    if issubclass(model, AppendOnlyModel) and model._meta.app_label in APPS
]


def test_evidence_is_among_the_models_written_once():
    assert {"AttendanceEvent", "JournalEntry", "DocumentFile"} <= {
        model.__name__ for model in WRITTEN_ONCE
    }


@pytest.mark.parametrize("model", WRITTEN_ONCE, ids=lambda model: model.__name__)
def test_the_model_refuses_to_change_or_erase_its_rows(model):
    for action in (
        lambda: model.objects.update(pk=None),
        lambda: model.objects.all().delete(),
        lambda: model().delete(),
    ):
        with pytest.raises(DomainError) as refusal:
            action()
        assert refusal.value.code == "append_only"


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_database_refuses_too_for_each_of_them_and_for_no_other():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relation.relname, trigger.tgname, "
            # Bits of tgtype: row 1, before 2, delete 8, update 16.
            "trigger.tgtype & 27 = 27 "
            "FROM pg_trigger trigger JOIN pg_class relation ON relation.oid = trigger.tgrelid "
            "WHERE NOT trigger.tgisinternal"
        )
        triggers = {table: (name, both) for table, name, both in cursor.fetchall()}
    expected = {
        model._meta.db_table: (f"{model._meta.db_table}_append_only", True)
        for model in WRITTEN_ONCE
    }
    # An anchor changes once, to receive its timestamp.
    anchor = ChainAnchor._meta.db_table
    expected[anchor] = (f"{anchor}_kept", True)
    assert triggers == expected
