"""What every form open to the public has: names without addresses, a trap, a key."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.cleaning import PHONE_LENGTH
from core.forms import fields
from core.models.validators import validate_phone, validate_whole_name


def too_long(limit: int) -> str:
    """The sentence shown when a text passes `limit` characters."""
    return f"Ce texte est trop long : {limit} caractères au plus."


class PublicForm(forms.Form):
    """Base of public forms: a field that only robots fill, and the key of one sending."""

    # Not shown to people: robots fill every field.
    website = fields.DataField(
        label="Laissez ce champ vide",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    key = fields.DataField(required=False, widget=forms.HiddenInput)

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


def text_field(*, label: str, limit: int, rows: int = 6, **options: Any) -> fields.LinesField:
    """A text of several lines."""
    missing = options.pop("missing", "Écrivez quelques mots.")
    return fields.LinesField(
        label=label,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
        error_messages={"required": missing, "max_length": too_long(limit)},
        **options,
    )


def name_field(**options: Any) -> fields.NameField:
    """The name of the person who writes."""
    return fields.NameField(
        max_length=150,
        validators=[validate_whole_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez votre nom.", "max_length": too_long(150)},
        **{"label": "Votre nom", **options},
    )


def email_field(**options: Any) -> fields.EmailField:
    """A mail address to answer to."""
    return fields.EmailField(
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre courriel.",
            "invalid": "Ce courriel n’est pas complet. Exemple : prenom.nom@exemple.fr",
            "max_length": too_long(254),
        },
        **{"label": "Courriel", **options},
    )


def phone_field(**options: Any) -> fields.PhoneField:
    """A phone number, written as one likes."""
    return fields.PhoneField(
        max_length=PHONE_LENGTH,
        required=False,
        validators=[validate_phone],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"max_length": too_long(PHONE_LENGTH)},
        **{"label": "Téléphone", **options},
    )
