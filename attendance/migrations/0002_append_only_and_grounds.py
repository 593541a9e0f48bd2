"""On PostgreSQL, rows that are written once refuse UPDATE and DELETE in the database itself.

Not on SQLite: a delete trigger there breaks `flush`, hence every transactional test.
Also the first grounds of absence.
"""

import datetime as dt

from django.db import migrations

TABLES = ["attendance_attendanceevent"]

#: An anchor is never deleted, and changes only by receiving its timestamp.
ANCHOR_FUNCTION = """
CREATE OR REPLACE FUNCTION attendance_refuse_anchor_change() RETURNS trigger AS $$
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

FIRST_DAY = dt.date(2020, 1, 1)
#: Grounds of absence that staff may write to begin with; none names an illness.
#: Code, wording, whether a supporting document is asked for.
GROUNDS = [
    ("planned", "Prévue avec l’organisme", False),
    ("work", "Raison professionnelle", True),
    ("personal", "Raison personnelle ou familiale", True),
    ("transport", "Transport ou intempéries", False),
    ("summons", "Convocation officielle", True),
    ("document", "Document remis, sans autre précision", True),
    ("none", "Aucun motif donné", False),
]


def create_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION core_refuse_change()"
        )
    # `None`: the percent sign of the message is not a placeholder.
    schema_editor.execute(ANCHOR_FUNCTION, params=None)
    schema_editor.execute(
        "CREATE TRIGGER attendance_chainanchor_kept BEFORE UPDATE OR DELETE ON attendance_chainanchor "
        "FOR EACH ROW EXECUTE FUNCTION attendance_refuse_anchor_change()"
    )


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("DROP TRIGGER IF EXISTS attendance_chainanchor_kept ON attendance_chainanchor")
    schema_editor.execute("DROP FUNCTION IF EXISTS attendance_refuse_anchor_change()")
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")


def write_grounds(apps, schema_editor):
    ground = apps.get_model("attendance", "AbsenceGround")
    for code, label, asks_document in GROUNDS:
        ground.objects.get_or_create(
            code=code,
            valid_from=FIRST_DAY,
            defaults={"label": label, "asks_document": asks_document},
        )


def withdraw_grounds(apps, schema_editor):
    ground = apps.get_model("attendance", "AbsenceGround")
    codes = [code for code, _label, _asks in GROUNDS]
    ground.objects.filter(
        code__in=codes, valid_from=FIRST_DAY, absencefollowup__isnull=True
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0001_initial"),
        ("core", "0002_append_only"),
    ]

    operations = [
        migrations.RunPython(create_triggers, drop_triggers),
        migrations.RunPython(write_grounds, withdraw_grounds),
    ]
