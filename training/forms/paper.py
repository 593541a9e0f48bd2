"""The scan of a paper sheet, and what to enter from it."""

from django import forms

from training.domain.attendance import paper
from training.domain.private_files import MAX_BYTES
from training.enums import AbsenceReason


class ScanForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label="Feuille numérisée ou photographiée",
        help_text="PDF, JPEG, PNG ou WebP, 15 Mio au plus. Une feuille par jour de la session.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide.",
            "missing": "Choisissez un fichier.",
            "invalid": "Le fichier n’est pas arrivé : choisissez-le de nouveau.",
        },
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                "Ce fichier dépasse 15 Mio : numérisez en niveaux de gris, à 200 points par pouce."
            )
        return file


class GridForm(forms.Form):
    """One choice for each cell that may be entered: signed unless one says otherwise."""

    CHOICES = [
        (paper.SIGNED, "Signé"),
        ("Absence", list(AbsenceReason.choices)),
        (paper.BLANK, "Vide ou illisible : ne rien noter"),
    ]

    def __init__(self, *args: object, sheet: paper.PaperDay, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for cell in sheet.open_cells:
            self.fields[cell.field] = forms.ChoiceField(
                label=f"{cell.enrolment.learner}, {cell.half_day.get_label_display()}",
                choices=self.CHOICES,
                initial=paper.SIGNED,
            )
