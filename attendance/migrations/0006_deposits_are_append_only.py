"""On PostgreSQL, what was handed in by a device, and what was done of it, is written once."""

from typing import Any

from django.db import migrations

TABLES = ["attendance_offlinedeposit", "attendance_offlinedepositreview"]


def create_triggers(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION core_refuse_change()"
        )


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0005_offline_devices_and_deposits"),
        ("core", "0002_append_only"),
    ]

    operations = [migrations.RunPython(create_triggers, drop_triggers)]
