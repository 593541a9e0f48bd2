"""What staff record of a person at a half-day, in the organisation's name."""

from typing import Any

from django import forms

from attendance.forms.recorded import RecordedForm
from core.forms import fields


class StaffRecordForm(RecordedForm):
    """Present or absent, from when to when, how long, and why it is staff who write it."""

    always_minutes = True

    reason = fields.LinesField(
        label="Pourquoi vous l’écrivez vous-même",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : feuille de papier reçue, erreur signalée par la personne.",
        error_messages={"required": "Indiquez pourquoi."},
    )


class StaffLockForm(forms.Form):
    """Why the organisation closes the half-day in the place of who trains."""

    reason = fields.LinesField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Pourquoi la personne formatrice ne peut pas clore elle-même. Gardé avec la "
        "clôture, jamais imprimé ; la feuille dit que vous avez clos au nom de l’organisme.",
        error_messages={"required": "Indiquez le motif."},
    )
    early_reason = fields.LinesField(
        label="Motif de clôture avant la fin",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Indiquez le motif."},
    )

    def __init__(self, *args: Any, early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not early:
            del self.fields["early_reason"]
