"""On PostgreSQL, published roots and what goes with them refuse UPDATE and DELETE."""

from django.db import migrations

TABLES = [
    "certificates_publishedroot",
    "certificates_evidenceleaf",
    "certificates_roottimestamp",
    "certificates_witnesssignature",
    "certificates_witnessedroot",
]


def create_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION core_refuse_change()"
        )


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0003_published_roots"),
        ("core", "0002_append_only"),
    ]

    operations = [
        migrations.RunPython(create_triggers, drop_triggers),
    ]
