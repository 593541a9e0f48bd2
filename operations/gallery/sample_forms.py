"""A form with one field of each kind."""

from django import forms

from core.forms import fields


class SampleForm(forms.Form):
    """Shown empty, then with errors."""

    name = fields.NameField(
        label="Nom d’usage",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = fields.EmailField(
        label="Adresse électronique",
        help_text="Nous n’écrivons que pour votre inscription.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    birth_date = forms.DateField(
        label="Date de naissance",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
    )
    place = forms.ChoiceField(
        label="Lieu",
        choices=[("savenay", "Savenay"), ("prinquiau", "Prinquiau")],
    )
    channel = forms.ChoiceField(
        label="Comment préférez-vous être joint ?",
        help_text="Un seul choix.",
        choices=[("mail", "Par courriel"), ("post", "Par courrier")],
        widget=forms.RadioSelect,
    )
    message = fields.LinesField(label="Message", required=False, widget=forms.Textarea)
    consent = forms.BooleanField(
        label="J’ai lu le règlement intérieur",
        help_text="Il vous est remis avant votre inscription définitive.",
    )
