"""The words of the people and companies already there, in plain form."""

from typing import Any

from django.db import migrations

from training.plain_text import plain_words

SEARCHED = {
    "company": ("name", "city", "siret"),
    "contact": ("name", "email"),
    "learner": ("first_name", "last_name", "birth_name", "email", "city"),
    "trainer": ("first_name", "last_name", "email", "organisation"),
}
BATCH = 500


def fill(apps: Any, schema_editor: Any) -> None:
    for name, columns in SEARCHED.items():
        model = apps.get_model("training", name)
        batch = []
        for row in model.objects.only("pk", *columns).order_by("pk").iterator(BATCH):
            text = " ".join(str(getattr(row, column)) for column in columns)
            row.search_text = " ".join(plain_words(text))
            batch.append(row)
            if len(batch) == BATCH:
                model.objects.bulk_update(batch, ["search_text"])
                batch = []
        model.objects.bulk_update(batch, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("training", "0017_plain_search")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
