"""Asking for a place: the least data that answers the request (L6353-9)."""

from typing import Any

from django import forms
from django.db.models import Field, Model

from core.forms import fields
from core.forms.public import PublicForm, email_field, phone_field, too_long
from core.models.validators import validate_public_name_part, validate_siret
from training.domain.enrolments.requests import EnrolmentRequest
from training.enums import TraineeType
from training.models import Adaptation, Enrolment, TrainingSession

SELF, EMPLOYER = "self", "employer"
SITUATIONS = [
    (TraineeType.EMPLOYEE, "En emploi salarié, dans une entreprise ou une association"),
    (TraineeType.APPRENTICE, "En apprentissage"),
    (TraineeType.JOB_SEEKER, "En recherche d’emploi"),
    (TraineeType.INDIVIDUAL, "À titre personnel, à mes frais"),
    (TraineeType.OTHER, "Autre : agent public, à mon compte, bénévole…"),
]
#: Situations where an employer that pays nothing has no reason to be kept.
WITHOUT_EMPLOYER = {TraineeType.JOB_SEEKER, TraineeType.INDIVIDUAL}


def _limit(model: type[Model], name: str) -> dict[str, Any]:
    field = model._meta.get_field(name)
    limit = field.max_length if isinstance(field, Field) else None
    if limit is None:
        raise TypeError(f"{name} has no longest length.")
    return {"max_length": limit, "error_messages": {"max_length": too_long(limit)}}


class EnrolmentForm(PublicForm):
    """The public form of a session."""

    first_name = fields.NameField(
        label="Prénom",
        validators=[validate_public_name_part],
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        max_length=100,
        error_messages={
            "required": "Indiquez votre prénom.",
            "max_length": too_long(100),
        },
    )
    last_name = fields.NameField(
        label="Nom d’usage",
        validators=[validate_public_name_part],
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        max_length=100,
        error_messages={"required": "Indiquez votre nom.", "max_length": too_long(100)},
    )
    email = email_field(help_text="Pour vous répondre et vous envoyer vos documents.")
    phone = phone_field(help_text="Pour vous prévenir d’un changement de dernière minute.")
    trainee_type = forms.ChoiceField(
        label="Vous êtes",
        choices=SITUATIONS,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez votre situation.",
            "invalid_choice": "Choisissez une situation de la liste.",
        },
    )
    payer = forms.ChoiceField(
        label="Paiement de la formation",
        choices=[(SELF, "Moi"), (EMPLOYER, "Mon employeur ou ma structure")],
        widget=forms.RadioSelect,
        help_text="Si un financeur participe (OPCO, France Travail…), dites-le dans le message.",
        error_messages={
            "required": "Indiquez qui paie la formation.",
            "invalid_choice": "Choisissez une réponse de la liste.",
        },
    )
    employer_name = fields.LineField(
        label="Nom de l’employeur ou de la structure",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"max_length": too_long(200)},
    )
    employer_siret = fields.NumberField(
        label="SIRET",
        required=False,
        max_length=14,
        validators=[validate_siret],
        help_text="14 chiffres, si vous les avez : ils évitent de confondre deux structures.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"max_length": "Un SIRET comporte 14 chiffres."},
    )
    adaptation = fields.LinesField(
        label="Avez-vous besoin d’un aménagement ?",
        required=False,
        help_text="Dites seulement ce qu’il faut prévoir (être près de l’écran, avoir des pauses, "
        "accéder sans marche, recevoir les documents à l’avance…), jamais pourquoi.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        **_limit(Adaptation, "request"),
    )
    message = fields.LinesField(
        label="Un message, une question ?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        **_limit(Enrolment, "message"),
    )

    def __init__(self, *args: Any, session: TrainingSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if session.price == 0:
            del self.fields["payer"]

    def clean(self) -> dict[str, Any]:
        """The situation, the payer and the employer must tell the same story."""
        data = super().clean() or {}
        situation, payer = data.get("trainee_type"), data.get("payer", SELF)
        if payer == EMPLOYER:
            if situation == TraineeType.INDIVIDUAL:
                self.add_error(
                    "payer",
                    "Vous venez « à titre personnel, à mes frais » : choisissez « Moi », "
                    "ou changez de situation.",
                )
            elif not data.get("employer_name") and "employer_name" not in self.errors:
                self.add_error(
                    "employer_name", "Indiquez le nom de la structure qui paie la formation."
                )
        elif situation in WITHOUT_EMPLOYER:
            data["employer_name"] = data["employer_siret"] = ""
        return data

    def to_request(self) -> EnrolmentRequest:
        """What the domain asks for, from a valid form."""
        data = self.cleaned_data
        return EnrolmentRequest(
            first_name=data["first_name"],
            last_name=data["last_name"],
            email=data["email"],
            phone=data["phone"],
            trainee_type=data["trainee_type"],
            employer_name=data["employer_name"],
            employer_siret=data["employer_siret"],
            employer_pays=data.get("payer") == EMPLOYER,
            message=data["message"],
            adaptation=data["adaptation"],
            key=self.sending,
        )
