"""The public form of a request: for support, to hire a room, or anything else."""

from typing import Any

from django import forms

from core.forms import fields
from core.forms.public import PublicForm, email_field, name_field, phone_field, text_field, too_long
from training.domain import enquiries
from training.models import Enquiry
from training.models.enquiries import EnquirySubject

NEED_LENGTH = 4000


class PublicEnquiryForm(PublicForm):
    """Who, how to answer, and what is asked. With a `subject`, it is not asked."""

    subject = forms.ChoiceField(
        label="Votre demande concerne",
        choices=EnquirySubject.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez un objet.",
            "invalid_choice": "Choisissez un objet de la liste.",
        },
    )
    name = name_field()
    organisation = fields.LineField(
        label="Association, entreprise, collectivité…",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"max_length": too_long(200)},
    )
    email = email_field(required=False, help_text="Un courriel ou un téléphone suffit.")
    phone = phone_field()
    need = text_field(
        label="Votre demande",
        limit=NEED_LENGTH,
        help_text="Avec vos mots : où vous en êtes, ce que vous cherchez, pour quand.",
        missing="Dites-nous en quelques mots ce que vous cherchez.",
    )

    def __init__(self, *args: Any, subject: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fixed_subject = subject
        if subject:
            del self.fields["subject"]

    def clean(self) -> dict[str, Any]:
        """We must be able to answer."""
        data = super().clean() or {}
        if not {"email", "phone"} & set(self.errors) and not (data["email"] or data["phone"]):
            self.add_error("email", "Laissez un courriel ou un téléphone pour que l’on réponde.")
        return data

    def send(self) -> Enquiry:
        """Hand the request over to the domain."""
        data = self.cleaned_data
        return enquiries.receive(
            subject=self.fixed_subject or data["subject"],
            name=data["name"],
            organisation=data["organisation"],
            email=data["email"],
            phone=data["phone"],
            need=data["need"],
            key=self.sending,
        )
