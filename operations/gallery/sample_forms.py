"""A form with one field of each kind."""

from django import forms


class SampleForm(forms.Form):
    """Shown empty, then with errors."""

    name = forms.CharField(
        label="Nom d’usage",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.EmailField(
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
    message = forms.CharField(label="Message", required=False, widget=forms.Textarea)
    consent = forms.BooleanField(
        label="J’ai lu le règlement intérieur",
        help_text="Il vous est remis avant votre inscription définitive.",
    )
