"""What is asked to prepare an audit pack."""

import re
from typing import Any

from django import forms
from django.utils import timezone

from quality.domain import packs, referential
from quality.domain.pack.selection import Selection


class PackForm(forms.Form):
    """A period, some sessions, or those sessions in that period."""

    start = forms.DateField(
        label="Du",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    end = forms.DateField(
        label="Au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    codes = forms.CharField(
        label="Sessions",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Codes séparés par des virgules ou des retours à la ligne. "
        "Vide : toutes les sessions de la période.",
    )
    referential = forms.ChoiceField(
        label="Référentiel", help_text="Celui qui est en vigueur le jour de l’audit."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["referential"].choices = [
            (item.id, f"{item.id}, {item.decree}") for item in reversed(referential.referentials())
        ]
        self.fields["referential"].initial = referential.in_force(timezone.localdate()).id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("start")) != bool(cleaned.get("end")) and not self.errors:
            self.add_error("end", "Indiquez les deux jours de la période, ou aucun.")
        return cleaned

    def selection(self) -> Selection:
        """What was chosen, once the form is valid."""
        typed = re.split(r"[,;\n]+", self.cleaned_data["codes"])
        return packs.selection_for(
            start=self.cleaned_data["start"],
            end=self.cleaned_data["end"],
            codes=tuple(code.strip() for code in typed if code.strip()),
            referential_id=self.cleaned_data["referential"],
        )
