"""What staff note of a request."""

from django import forms

from core.forms import fields
from core.forms.widgets import NativeDateInput
from training.models.enquiries import EnquiryOutcome


class EnquiryPlanForm(forms.Form):
    """What was done so far, and what comes next."""

    follow_up = fields.LinesField(
        label="Suivi",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Qui a été joint, quand, ce qui s’est dit. Rien de médical.",
    )
    next_action = fields.LineField(label="Prochaine action", max_length=255)
    next_action_on = forms.DateField(label="À faire le", required=False, widget=NativeDateInput())


class EnquiryCloseForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(label="Issue", choices=EnquiryOutcome.choices)
    follow_up = fields.LinesField(
        label="Suivi",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
