"""Forms of the room."""

from django import forms


class VerificationForm(forms.Form):
    """The number and the check code printed on a document."""

    number = forms.CharField(
        label="Numéro du document",
        help_text="Par exemple : CR-2026-0001.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label="Code de contrôle",
        help_text="Huit signes, imprimés à côté du QR code.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
