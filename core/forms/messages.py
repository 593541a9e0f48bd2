"""Reading a draft again before it leaves."""

from django import forms

from core.forms import fields


class DraftForm(forms.Form):
    """A draft, as it will leave."""

    to_email = fields.EmailField(
        label="Adresse",
        required=False,
        help_text="Sans adresse, le message attendra d’être posté ou remis.",
        error_messages={"invalid": "Cette adresse n’est pas valable."},
    )
    subject = fields.LineField(
        label="Objet", max_length=255, error_messages={"required": "Indiquez l’objet."}
    )
    body_text = fields.LinesField(
        label="Texte",
        max_length=20000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Relisez : ni motif ni santé, l’employeur et le financeur n’ont pas à les "
        "connaître.",
        error_messages={"required": "Écrivez le texte."},
    )
