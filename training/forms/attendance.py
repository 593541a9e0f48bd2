"""What staff record of a person at a half-day, in the organisation's name."""

from typing import Any

from django import forms

from training.enums import AbsenceReason, AttendanceState
from training.models import HalfDay


class StaffRecordForm(forms.Form):
    """Present or absent, how long, and why it is staff who write it."""

    state = forms.ChoiceField(
        label="La personne était",
        choices=[(AttendanceState.PRESENT, "présente"), (AttendanceState.ABSENT, "absente")],
        widget=forms.RadioSelect,
        error_messages={"required": "Indiquez si la personne était présente ou absente."},
    )
    minutes = forms.IntegerField(
        label="Minutes suivies",
        required=False,
        min_value=0,
        help_text="Vide : toute la demi-journée. Seulement si la personne était présente.",
    )
    absence_reason = forms.ChoiceField(
        label="Motif d’absence",
        choices=[("", "—"), *AbsenceReason.choices],
        required=False,
        help_text="Seulement si la personne était absente.",
    )
    reason = forms.CharField(
        label="Pourquoi vous l’écrivez vous-même",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : feuille de papier reçue, erreur signalée par la personne.",
        error_messages={"required": "Indiquez pourquoi."},
    )

    def __init__(self, *args: Any, half_day: HalfDay, has_minutes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.half_day = half_day
        if has_minutes:
            self.fields["minutes"].widget.attrs["max"] = half_day.counted_minutes
        else:
            del self.fields["minutes"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == AttendanceState.ABSENT and not cleaned.get("absence_reason"):
            self.add_error("absence_reason", "Choisissez un motif d’absence dans la liste.")
        return cleaned


class StaffLockForm(forms.Form):
    """Why the organisation closes the half-day in the place of who trains."""

    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Pourquoi la personne formatrice ne peut pas clore elle-même. Gardé avec la "
        "clôture, jamais imprimé ; la feuille dit que vous avez clos au nom de l’organisme.",
        error_messages={"required": "Indiquez le motif."},
    )
    early_reason = forms.CharField(
        label="Motif de clôture avant la fin",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Indiquez le motif."},
    )

    def __init__(self, *args: Any, early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not early:
            del self.fields["early_reason"]
