"""The expressions watched from the first day."""

import datetime as dt

from django.db import migrations

WORDS = ["CPF", "certifiante", "diplôme", "reconnue par l’État", "formation Qualiopi"]
SINCE = dt.date(2020, 1, 1)
SOURCE = "Code de la consommation, L121-2 ; règles d’usage de la marque Qualiopi"


def watch(apps, schema_editor):
    wordings = apps.get_model("cms", "WatchedWording").objects
    for words in WORDS:
        wordings.get_or_create(words=words, defaults={"valid_from": SINCE, "source": SOURCE})


def forget(apps, schema_editor):
    apps.get_model("cms", "WatchedWording").objects.filter(words__in=WORDS, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [("cms", "0001_initial")]

    operations = [migrations.RunPython(watch, forget)]
