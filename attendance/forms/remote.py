"""What a person did of a remote activity, and a platform's log."""

from typing import Any

from django import forms
from django.utils import timezone

from core.forms import fields
from core.forms.widgets import NativeDateInput
from core.french import format_minutes
from training.enums import EvidenceKind
from training.models import RemoteActivity


class RemoteDoneForm(forms.Form):
    """When, what shows it, and whether one has looked at it."""

    done_on = forms.DateField(
        label="Faite le",
        widget=NativeDateInput,
        error_messages={"required": "Indiquez la date.", "invalid": "Cette date n’est pas valide."},
    )
    evidence = forms.ChoiceField(
        label="Ce qui le montre",
        choices=[("", "Rien n’a été rendu"), *EvidenceKind.choices],
        required=False,
        help_text="Une activité cochée sans travail rendu est notée insuffisante : elle ne "
        "compte pas.",
    )
    reference = fields.LineField(
        label="Référence",
        max_length=255,
        required=False,
        help_text="Résultat du questionnaire, titre du travail rendu, date de l’échange.",
    )
    validated = forms.BooleanField(label="J’ai vérifié cette trace", required=False)

    def __init__(self, *args: Any, activity: RemoteActivity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].widget.attrs["max"] = timezone.localdate().isoformat()
        self.fields["validated"].help_text = (
            f"Compte la durée estimée, {format_minutes(activity.estimated_minutes)} ; jamais le "
            "temps mesuré par une plateforme."
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("validated") and not cleaned.get("evidence"):
            self.add_error(
                "evidence", "Sans travail rendu, résultat ni échange, rien ne peut être validé."
            )
        return cleaned
