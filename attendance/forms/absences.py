"""What staff and learners write about an absence."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from attendance.domain.absences import notes
from attendance.domain.absences.closing import CHOICES
from attendance.enums import FollowUpOutcome, NoteKind
from attendance.models import AbsenceGround
from core.domain.private_files import MAX_FILE_BYTES, MAX_FILE_SIZE
from core.forms import fields
from core.forms.widgets import NativeDateInput

#: Said wherever a document is deposited.
LIMITS = f"PDF, JPEG ou PNG, {MAX_FILE_SIZE} au plus. Une photo bien lisible suffit."


class AbsenceDocumentForm(forms.Form):
    """A supporting document."""

    file = forms.FileField(
        label="Justificatif",
        help_text=LIMITS,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide.",
            "missing": "Choisissez un fichier.",
            "invalid": "Le fichier n’est pas arrivé : choisissez-le de nouveau.",
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                f"Ce fichier dépasse {MAX_FILE_SIZE} : prenez une photo moins lourde, ou "
                "numérisez en "
                "niveaux de gris."
            )
        return file


class GroundForm(forms.Form):
    """Why a person was away, from the list of that day."""

    ground = forms.ModelChoiceField(
        label="Motif",
        queryset=AbsenceGround.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        help_text="Aucun ne dit la santé. Le motif n’est imprimé nulle part, et n’est dit ni à "
        "l’employeur ni au financeur.",
        error_messages={"required": "Choisissez le motif."},
    )

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [ground.pk for ground in notes.grounds_on(day)]
        field = self.fields["ground"]
        field.queryset = AbsenceGround.objects.filter(pk__in=known)  # type: ignore[attr-defined]


class AbsenceNoteForm(forms.Form):
    """How staff were in touch, and what was said."""

    kind = forms.ChoiceField(label="Par", choices=NoteKind.choices)
    happened_on = forms.DateField(
        label="Le",
        widget=NativeDateInput,
        initial=timezone.localdate,
        error_messages={"required": "Indiquez la date.", "invalid": "Cette date n’est pas valide."},
    )
    text = fields.LinesField(
        label="Ce qui a été dit",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="En mots que la personne accepterait de relire. Rien de sa santé.",
        error_messages={"required": "Écrivez ce qui a été dit."},
    )


class OutcomeForm(forms.Form):
    """How the follow-up ends."""

    outcome = forms.ChoiceField(
        label="Issue",
        choices=[(value, FollowUpOutcome(value).label) for value in CHOICES],
        widget=forms.RadioSelect,
        help_text="La feuille d’émargement dira « Absence excusée » ou « Absence », rien d’autre.",
        error_messages={"required": "Choisissez l’issue."},
    )
