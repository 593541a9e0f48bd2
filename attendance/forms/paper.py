"""The scan of a paper sheet, and what to enter from it."""

from django import forms

from attendance.domain import paper
from attendance.forms.recorded import ClockField
from core.domain.private_files import MAX_FILE_BYTES, MAX_FILE_SIZE
from training.enums import AbsenceReason


class ScanForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label="Feuille numérisée ou photographiée",
        help_text=f"PDF, JPEG, PNG ou WebP, {MAX_FILE_SIZE} au plus. Une feuille par jour de "
        "la session.",
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
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                f"Ce fichier dépasse {MAX_FILE_SIZE} : numérisez en niveaux de gris, à 200 "
                "points par pouce."
            )
        return file


#: The hours of a cell: end of the name of the field, and its words.
HOURS = {"arrived": "Arrivée", "left": "Départ"}


class GridForm(forms.Form):
    """One choice for each cell that may be entered: signed unless one says otherwise.

    Beside it, the hours that the sheet says of a person who came late or left early.
    """

    CHOICES = [
        (paper.SIGNED, "Signé"),
        ("Absence", list(AbsenceReason.choices)),
        (paper.BLANK, "Vide ou illisible : ne rien noter"),
    ]

    def __init__(self, *args: object, sheet: paper.PaperDay, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.cells = [cell.field for cell in sheet.open_cells]
        for cell in sheet.open_cells:
            self.fields[cell.field] = forms.ChoiceField(
                label=f"{cell.enrolment.learner}, {cell.half_day.get_label_display()}",
                choices=self.CHOICES,
                initial=paper.SIGNED,
            )
            for name, words in HOURS.items():
                self.fields[f"{cell.field}-{name}"] = ClockField(
                    label=f"{words}, {cell.enrolment.learner}, {cell.half_day.get_label_display()}",
                    required=False,
                )

    @property
    def hours(self) -> dict[str, paper.WrittenHours]:
        """By cell, the hours that were read on the sheet."""
        return {
            name: paper.WrittenHours(
                arrived_at=self.cleaned_data.get(f"{name}-arrived"),
                left_at=self.cleaned_data.get(f"{name}-left"),
            )
            for name in self.cells
        }

    @property
    def choices(self) -> dict[str, str]:
        """By cell, what the sheet says."""
        return {name: self.cleaned_data[name] for name in self.cells}
