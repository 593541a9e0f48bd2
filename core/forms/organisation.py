"""What the organisation's documents look like: files handed in beside the fields of a record."""

from typing import Any

from django import forms

from wagtail.admin.forms import WagtailAdminModelForm

from core.domain import pictures as organisation_pictures
from core.enums import PictureRole
from core.exceptions import DomainError


class PictureField(forms.FileField):
    """A PNG or a JPEG, encoded again before anything else is done with it."""

    def __init__(self, *, label: str, help_text: str) -> None:
        super().__init__(
            label=label,
            help_text=f"{help_text} {organisation_pictures.LIMITS}",
            required=False,
            widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
            error_messages={
                "empty": "Ce fichier est vide.",
                "missing": "Choisissez un fichier.",
                "invalid": "Le fichier n’est pas arrivé : choisissez-le de nouveau.",
            },
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = super().clean(data, initial)
        if not given:
            return None
        try:
            organisation_pictures.refuse_weight(given.size)
            return organisation_pictures.prepare(given.read())
        except DomainError as error:
            raise forms.ValidationError(error.message, code=error.code) from error


class PicturesForm(WagtailAdminModelForm):
    """Files of pictures, and boxes that take them away; `pictures` names them by field."""

    #: Field of the record → role of its picture. Its file is `<field>_file`, its box
    #: `<field>_removed`.
    pictures: dict[str, PictureRole] = {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.pictures:
            if cleaned.get(f"{name}_file") and cleaned.get(f"{name}_removed"):
                self.add_error(
                    f"{name}_removed", "Choisissez : une nouvelle image, ou aucune image."
                )
        return cleaned

    def keep_pictures(self, actor: Any) -> None:
        """Put the files in the storage and point the record at them, before it is saved."""
        for name, role in self.pictures.items():
            if given := self.cleaned_data.get(f"{name}_file"):
                kept = organisation_pictures.keep(picture=given, role=role, actor=actor)
                setattr(self.instance, name, kept)
            elif self.cleaned_data.get(f"{name}_removed"):
                setattr(self.instance, name, None)


def _removed(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class OrganisationForm(PicturesForm):
    """The organisation, with its logo and its stamp."""

    pictures = {"logo": PictureRole.LOGO, "stamp": PictureRole.STAMP}
    logo_file = PictureField(
        label="Logo des documents", help_text="En tête de chaque document, à gauche."
    )
    logo_removed = _removed("Ne plus mettre de logo")
    stamp_file = PictureField(
        label="Cachet de l’organisme",
        help_text="Dans le cadre de signature des documents que l’organisme signe.",
    )
    stamp_removed = _removed("Ne plus mettre de cachet")


class SignatoryForm(PicturesForm):
    """A person who signs, with the image of their signature."""

    pictures = {"signature": PictureRole.SIGNATURE}
    signature_file = PictureField(
        label="Image de la signature",
        help_text="Mise sur les documents que cette personne signe, aux dates ci-dessus. Signez à "
        "l’encre noire sur une feuille blanche, photographiez, recadrez.",
    )
    signature_removed = _removed("Ne plus mettre de signature")
