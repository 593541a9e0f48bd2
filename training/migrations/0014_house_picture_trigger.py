"""On PostgreSQL, a picture of the house is never changed nor deleted: documents name its hash.

Not on SQLite: a delete trigger there breaks `flush`, hence every transactional test.
"""

from django.db import migrations

NAME, TABLE = "training_housepicture_kept", "training_housepicture"


def create_trigger(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        f"CREATE TRIGGER {NAME} BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION training_refuse_change()"
    )


def drop_trigger(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("training", "0013_document_appearance")]

    operations = [migrations.RunPython(create_trigger, drop_trigger)]
