"""On PostgreSQL, an anchor is never deleted, and changes only by receiving its timestamp.

Not on SQLite: a delete trigger there breaks `flush`, hence every transactional test.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION training_refuse_anchor_change() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'unstamped' AND NEW.session_id = OLD.session_id
        AND NEW.sequence = OLD.sequence AND NEW.head = OLD.head AND NEW.noted_at = OLD.noted_at
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END;
$$ LANGUAGE plpgsql;
"""


def create_trigger(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    # `None`: the percent sign of the message is not a placeholder.
    schema_editor.execute(FUNCTION, params=None)
    schema_editor.execute(
        "CREATE TRIGGER training_chainanchor_kept BEFORE UPDATE OR DELETE ON training_chainanchor "
        "FOR EACH ROW EXECUTE FUNCTION training_refuse_anchor_change()"
    )


def drop_trigger(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        "DROP TRIGGER IF EXISTS training_chainanchor_kept ON training_chainanchor"
    )
    schema_editor.execute("DROP FUNCTION IF EXISTS training_refuse_anchor_change()")


class Migration(migrations.Migration):
    dependencies = [("training", "0006_chain_anchor")]

    operations = [migrations.RunPython(create_trigger, drop_trigger)]
