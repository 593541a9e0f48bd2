"""Forms of the room."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from certificates.domain import attendance_sheets
from training.models import Company, Enrolment, TrainingSession

SHA256 = re.compile(r"^[0-9a-f]{64}\Z")


class VerificationForm(forms.Form):
    """The number and the check code printed on a document."""

    number = forms.CharField(
        label="Numéro du document",
        help_text="Par exemple : CR-2026-0001.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label="Code de contrôle",
        help_text="Huit signes, imprimés à côté du QR code.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FileVerificationForm(forms.Form):
    """The SHA-256 of a file, worked out by the browser or by the person: the file stays theirs."""

    sha256 = forms.CharField(
        label="Empreinte SHA-256 du fichier",
        help_text="64 signes, de 0 à 9 et de a à f. Sous Windows : certutil -hashfile "
        "fichier.pdf SHA256. Sous Linux : sha256sum fichier.pdf.",
        max_length=200,
        validators=[
            RegexValidator(SHA256, "Une empreinte SHA-256 compte 64 signes, de 0 à 9 et de a à f.")
        ],
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "wide"}
        ),
    )


class SheetForm(forms.Form):
    """Whose attendance sheet: everybody's, one company's people, one person."""

    about = forms.ChoiceField(
        label="Pour qui",
        help_text="Une entreprise ou un financeur ne reçoit que la feuille de ses propres "
        "personnes, jamais celle de toute la session.",
        error_messages={
            "required": "Choisissez pour qui établir la feuille.",
            "invalid_choice": "Choisissez dans la liste.",
        },
    )

    def __init__(self, *args: Any, session: TrainingSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        companies, people = attendance_sheets.subjects(session)
        self.companies = {f"company-{company.pk}": company for company in companies}
        self.people = {f"person-{person.pk}": person for person in people}
        choices: list[Any] = [("session", "Toute la session")]
        if companies:
            named = [(key, company.name) for key, company in self.companies.items()]
            choices.append(("Les personnes d’une entreprise", named))
        if people:
            named = [(key, str(person.learner)) for key, person in self.people.items()]
            choices.append(("Une seule personne", named))
        self.fields["about"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Company | Enrolment | None]:
        """What `attendance_sheets.ask` needs."""
        about = (super().clean() or {}).get("about", "")
        return {"company": self.companies.get(about), "enrolment": self.people.get(about)}
