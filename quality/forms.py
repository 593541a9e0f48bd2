"""What is asked to prepare an audit pack, and of a person who complains."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from core.domain import private_files
from core.exceptions import DomainError
from core.forms import fields
from core.forms.public import PublicForm, email_field, name_field, phone_field, text_field, too_long
from quality.domain import complaints, packs, referential
from quality.domain.pack.selection import Selection
from quality.enums import ComplaintAuthor
from quality.models import Complaint


class PackForm(forms.Form):
    """A period, some sessions, or those sessions in that period."""

    start = forms.DateField(
        label="Du",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    end = forms.DateField(
        label="Au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    codes = fields.LinesField(
        label="Sessions",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Codes séparés par des virgules ou des retours à la ligne. "
        "Vide : toutes les sessions de la période.",
    )
    referential = forms.ChoiceField(
        label="Référentiel", help_text="Celui qui est en vigueur le jour de l’audit."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["referential"].choices = [
            (item.id, f"{item.id}, {item.decree}") for item in reversed(referential.referentials())
        ]
        self.fields["referential"].initial = referential.in_force(timezone.localdate()).id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("start")) != bool(cleaned.get("end")) and not self.errors:
            self.add_error("end", "Indiquez les deux jours de la période, ou aucun.")
        return cleaned

    def selection(self) -> Selection:
        """What was chosen, once the form is valid."""
        typed = re.split(r"[,;\n]+", self.cleaned_data["codes"])
        return packs.selection_for(
            start=self.cleaned_data["start"],
            end=self.cleaned_data["end"],
            codes=tuple(code.strip() for code in typed if code.strip()),
            referential_id=self.cleaned_data["referential"],
        )


LARGEST_FILE = 5 * 1024 * 1024  # bytes
#: What may be joined: the first bytes of the file, its extension.
KINDS_OF_FILE = {b"%PDF": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG": "png"}
FILES_ALLOWED = "un PDF, une photo JPEG ou une image PNG, de 5 Mo au plus"


class ComplaintForm(PublicForm):
    """A complaint. Only what happened is required."""

    author_kind = forms.ChoiceField(
        label="Vous êtes",
        choices=ComplaintAuthor.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Dites-nous qui vous êtes pour nous.",
            "invalid_choice": "Choisissez une réponse de la liste.",
        },
    )
    concerns = fields.LineField(
        label="De quelle formation ou de quel service s’agit-il ?",
        required=False,
        max_length=200,
        help_text="Le titre, les dates, ou le code de la session si vous l’avez.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": too_long(200)},
    )
    text = text_field(
        label="Ce qui s’est passé",
        limit=6000,
        rows=8,
        help_text="Quand, où, avec qui. N’écrivez rien de médical.",
        missing="Racontez-nous en quelques mots ce qui s’est passé.",
    )
    expectation = text_field(
        label="Ce que vous attendez de nous", limit=2000, rows=3, required=False
    )
    attachment = forms.FileField(
        label="Une pièce jointe",
        required=False,
        help_text=f"Si elle aide à comprendre : {FILES_ALLOWED}.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"empty": "Ce fichier est vide."},
    )
    author_name = name_field(required=False, help_text="Vous pouvez ne pas le donner.")
    email = email_field(required=False, help_text="Pour vous accuser réception et vous répondre.")
    phone = phone_field()

    def clean_attachment(self) -> UploadedFile | None:
        """A file of a kind that we open, not too heavy; its content says what it is."""
        sent: UploadedFile | None = self.cleaned_data["attachment"]
        if sent is None:
            return None
        if sent.size > LARGEST_FILE:
            raise ValidationError(
                f"Ce fichier pèse trop lourd. Envoyez {FILES_ALLOWED}.", code="too_heavy"
            )
        content = sent.read()
        sent.seek(0)
        try:
            is_known = private_files.checked_type(content) in private_files.PDF_JPEG_PNG
        except DomainError as refusal:
            if refusal.code == "file_too_big":
                raise ValidationError(refusal.message, code="too_large") from refusal
            is_known = False
        if not is_known:
            raise ValidationError(
                f"Nous ne savons pas ouvrir ce fichier. Envoyez {FILES_ALLOWED}.", code="unknown"
            )
        return sent

    def send(self) -> Complaint:
        """Hand the complaint over to the domain. The file takes a name of ours."""
        data = dict(self.cleaned_data)
        sent = data.pop("attachment")
        content = sent.read() if sent else b""
        kinds = [kind for magic, kind in KINDS_OF_FILE.items() if content.startswith(magic)]
        for name in ("website", "key"):
            data.pop(name)
        return complaints.receive(
            **data,
            file_name=f"piece-jointe.{kinds[0]}" if kinds else "",
            content=content,
            key=self.sending,
        )
