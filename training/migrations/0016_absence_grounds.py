"""The reasons of absence that staff may write to begin with; none names an illness."""

import datetime as dt

from django.db import migrations

FIRST_DAY = dt.date(2020, 1, 1)
#: code, wording, whether a supporting document is asked for.
GROUNDS = [
    ("planned", "Prévue avec l’organisme", False),
    ("work", "Raison professionnelle", True),
    ("personal", "Raison personnelle ou familiale", True),
    ("transport", "Transport ou intempéries", False),
    ("summons", "Convocation officielle", True),
    ("document", "Document remis, sans autre précision", True),
    ("none", "Aucun motif donné", False),
]


def plant(apps, schema_editor):
    ground = apps.get_model("training", "AbsenceGround")
    for code, label, asks_document in GROUNDS:
        ground.objects.get_or_create(
            code=code,
            valid_from=FIRST_DAY,
            defaults={"label": label, "asks_document": asks_document},
        )


def withdraw(apps, schema_editor):
    ground = apps.get_model("training", "AbsenceGround")
    codes = [code for code, _label, _asks in GROUNDS]
    ground.objects.filter(
        code__in=codes, valid_from=FIRST_DAY, absencefollowup__isnull=True
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("training", "0015_absence_follow_up")]
    operations = [migrations.RunPython(plant, withdraw)]
