"""Forms that ask why."""

from typing import Any

from django import forms

from core.forms import fields
from core.forms.widgets import NativeDateInput


class ReasonForm(forms.Form):
    """One reason, required."""

    reason = fields.LinesField(
        label="Motif",
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Indiquez le motif."},
    )

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if help_text:
            self.fields["reason"].help_text = help_text


class DatedReasonForm(ReasonForm):
    """A day and a reason."""

    on = forms.DateField(
        label="Date",
        widget=NativeDateInput,
        error_messages={"required": "Indiquez la date.", "invalid": "Cette date n’est pas valide."},
    )

    field_order = ["on", "reason"]
