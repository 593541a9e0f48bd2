"""What staff and learners write about an absence."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from training.absence_enums import FollowUpOutcome, NoteKind
from training.domain import absences
from training.domain.absences.closing import CHOICES
from training.domain.private_files import MAX_BYTES
from training.forms.widgets import NativeDateInput
from training.models import AbsenceGround

#: Said wherever a document is deposited.
LIMITS = "PDF, JPEG ou PNG, 15 Mio au plus. Une photo bien lisible suffit."


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
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                "Ce fichier dépasse 15 Mio : prenez une photo moins lourde, ou numérisez en "
                "niveaux de gris."
            )
        return file


class GroundForm(forms.Form):
    """Why somebody was away, from the list of that day."""

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
        known = [ground.pk for ground in absences.grounds_on(day)]
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
    text = forms.CharField(
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


class DraftForm(forms.Form):
    """A draft, as it will leave."""

    to_email = forms.EmailField(
        label="Adresse",
        required=False,
        help_text="Sans adresse, le message attendra d’être posté ou remis.",
        error_messages={"invalid": "Cette adresse n’est pas valable."},
    )
    subject = forms.CharField(
        label="Objet", max_length=255, error_messages={"required": "Indiquez l’objet."}
    )
    body_text = forms.CharField(
        label="Texte",
        max_length=20000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Relisez : ni motif ni santé, l’employeur et le financeur n’ont pas à les "
        "connaître.",
        error_messages={"required": "Écrivez le texte."},
    )
