"""What every form open to the public has: names without addresses, a trap, a key."""

import re
import unicodedata
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from core.models.validators import validate_name_part

#: Words of a first name and a surname together.
WHOLE_NAME_WORDS = 7


def validate_name(value: str) -> None:
    """Refuse what no name holds, an address to click above all: names are printed in mails."""
    wrong = any(
        unicodedata.category(character)[0] not in "LM" and character not in " -'’ʼ·."
        for character in value
    )
    if wrong or re.search(r"\.\w", value) or not any(map(str.isalpha, value)):
        raise ValidationError("Écrivez le nom avec des lettres, sans chiffre ni symbole.")


def validate_public_name_part(value: str) -> None:
    """The same for a first name or a surname alone, which is no sentence either."""
    validate_name(value)
    validate_name_part(value)


def validate_whole_name(value: str) -> None:
    """The same for a first name and a surname in one field."""
    validate_name(value)
    if len(value.split()) > WHOLE_NAME_WORDS:
        raise ValidationError(f"Un nom a {WHOLE_NAME_WORDS} mots au plus : écrivez le nom seul.")


validate_phone = RegexValidator(
    r"^\+?[\d .()-]{6,19}$", "Ce numéro ne semble pas être un numéro de téléphone."
)


def too_long(limit: int) -> str:
    """The sentence shown when a text passes `limit` characters."""
    return f"Ce texte est trop long : {limit} caractères au plus."


class PublicForm(forms.Form):
    """Base of public forms: a field that only robots fill, and the key of one sending."""

    # Not shown to people: robots fill every field.
    website = forms.CharField(
        label="Laissez ce champ vide",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.initial.setdefault("key", str(uuid.uuid4()))

    def clean_website(self) -> str:
        """The refusal is on the whole form: the field is not one that people see."""
        if self.cleaned_data["website"]:
            raise ValidationError("robot", code="robot")
        return ""

    def empty_trap(self) -> None:
        """Before it is shown again: a person whose browser filled the trap only has to resend."""
        if not self.has_error("website"):
            return
        self.data = self.data.copy()
        self.data["website"] = ""
        self.errors.pop("website", None)
        self.add_error(
            None,
            "Rien n’a été envoyé : un champ réservé aux robots était rempli, peut-être par votre "
            "navigateur. Nous l’avons vidé ; envoyez à nouveau le formulaire.",
        )

    @property
    def sending(self) -> uuid.UUID | None:
        """The key of this sending; one that was tampered with is no key: a new request."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return None


def text_field(*, label: str, limit: int, rows: int = 6, **options: Any) -> forms.CharField:
    """A text of several lines."""
    missing = options.pop("missing", "Écrivez quelques mots.")
    return forms.CharField(
        label=label,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
        error_messages={"required": missing, "max_length": too_long(limit)},
        **options,
    )


def name_field(**options: Any) -> forms.CharField:
    """The name of the person who writes."""
    return forms.CharField(
        max_length=150,
        validators=[validate_whole_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez votre nom.", "max_length": too_long(150)},
        **{"label": "Votre nom", **options},
    )


def email_field(**options: Any) -> forms.EmailField:
    """A mail address to answer to."""
    return forms.EmailField(
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre courriel.",
            "invalid": "Ce courriel n’est pas complet. Exemple : prenom.nom@exemple.fr",
            "max_length": too_long(254),
        },
        **{"label": "Courriel", **options},
    )


def phone_field(**options: Any) -> forms.CharField:
    """A phone number, written as one likes."""
    return forms.CharField(
        max_length=20,
        required=False,
        validators=[validate_phone],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"max_length": too_long(20)},
        **{"label": "Téléphone", **options},
    )
