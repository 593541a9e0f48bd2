"""Forms of the app."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Model, QuerySet

from certificates.domain.batches import offering
from certificates.domain.issuing import sheets
from certificates.enums import BatchOutput
from certificates.models import DocumentTemplate
from core.forms import fields
from core.forms.model_fields import cleaned_formfield
from core.forms.reasons import ReasonForm
from core.forms.widgets import NativeDateInput
from core.french import plural
from core.text import whole_number
from training.models import Company, Enrolment, Learner, TrainingSession

SHA256 = re.compile(r"^[0-9a-f]{64}\Z")


class VerificationForm(forms.Form):
    """The number and the check code printed on a document."""

    number = fields.LineField(
        label="Numéro du document",
        help_text="Par exemple : CR-2026-0001.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = fields.LineField(
        label="Code de contrôle",
        help_text="Huit signes, imprimés à côté du QR code.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FileVerificationForm(forms.Form):
    """The SHA-256 of a file, worked out by the browser or by the person: the file stays theirs."""

    sha256 = fields.LineField(
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
        companies, people = sheets.subjects(session)
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


class BatchForm(forms.Form):
    """What to issue together, and what to do of it."""

    session = forms.ModelChoiceField(
        label="Session",
        queryset=TrainingSession.objects.none(),
        required=False,
        empty_label="Toutes les sessions terminées",
    )
    month = forms.DateField(
        label="Mois de fin des sessions",
        required=False,
        input_formats=["%Y-%m"],
        help_text="Par exemple : 2026-11.",
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        error_messages={"invalid": "Écrivez l’année et le mois : 2026-11."},
    )
    company = forms.ModelChoiceField(
        label="Entreprise",
        queryset=Company.objects.none(),
        required=False,
        empty_label="Toutes",
        help_text="Seulement les certificats des personnes qu’elle emploie.",
    )
    output = forms.ChoiceField(
        label="Réunir les documents dans", choices=BatchOutput, initial=BatchOutput.ZIP
    )
    writes_to_companies = forms.BooleanField(
        label="Envoyer à chaque entreprise les certificats de ses propres équipes",
        required=False,
        help_text="Au contact qui suit le dossier. Les personnes formées reçoivent toujours le "
        "leur, au moment où il est émis.",
    )

    def __init__(self, *args: Any, words: str = "", **kwargs: Any) -> None:
        """`words`: what was searched; without words, the latest sessions are offered."""
        super().__init__(*args, **kwargs)
        sessions = offering.offer_sessions(words=words, chosen=self._chosen("session"))
        companies = offering.offer_companies(words=words, chosen=self._chosen("company"))
        self._offer("session", offering.completed_sessions(), sessions.rows)
        self._offer("company", offering.companies(), companies.rows)
        self.has_more = sessions.has_more or companies.has_more
        #: What the search offers: « 3 sessions et 1 entreprise à choisir ci-dessous. »
        self.found_words = (
            f"{plural(len(sessions.rows), 'session')} et "
            f"{plural(len(companies.rows), 'entreprise')} à choisir ci-dessous."
        )

    def _chosen(self, name: str) -> int | None:
        text = str(self[name].value() or "")
        return whole_number(text)

    def _offer(self, name: str, rows: QuerySet[Any], offered: Sequence[Model]) -> None:
        """Accept any of the rows, show those offered."""
        field: Any = self.fields[name]
        field.queryset = rows
        field.widget.choices = [
            ("", field.empty_label),
            *((row.pk, field.label_from_instance(row)) for row in offered),
        ]


class CorrectionForm(ReasonForm):
    """The reason, and the right name when the document names one person."""

    first_name = fields.NameField(label="Prénom", max_length=100)
    last_name = fields.NameField(label="Nom d’usage", max_length=100)
    with_others = forms.BooleanField(
        label="Corriger aussi les autres documents en vigueur qui portent ce nom",
        required=False,
        initial=True,
    )

    field_order = ["first_name", "last_name", "with_others", "reason"]

    def __init__(
        self, *args: Any, learner: Learner | None = None, others: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if learner is None:
            del self.fields["first_name"], self.fields["last_name"]
        else:
            self.fields["first_name"].initial = learner.first_name
            self.fields["last_name"].initial = learner.last_name
            self.fields[
                "last_name"
            ].help_text = "Ce que vous écrivez ici corrige aussi la fiche de la personne."
        if learner is None or not others:
            del self.fields["with_others"]
        else:
            self.fields["with_others"].help_text = f"{plural(others, 'autre document')}."
        self.learner = learner

    @property
    def renames(self) -> bool:
        """Whether the name that was typed is another one."""
        data = self.cleaned_data
        return self.learner is not None and (
            (data["first_name"].strip(), data["last_name"].strip())
            != (self.learner.first_name, self.learner.last_name)
        )


class PeopleForm(forms.Form):
    """Some people of a session; those not served yet are ticked at first."""

    people = forms.MultipleChoiceField(
        label="Personnes",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une personne."},
    )

    def __init__(self, *args: Any, people: Sequence[Enrolment], served: set[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._by_key = {str(item.pk): item for item in people}
        field = self.fields["people"]
        field.choices = [(key, _words(item, served)) for key, item in self._by_key.items()]
        field.initial = [key for key, item in self._by_key.items() if item.pk not in served]

    def clean_people(self) -> list[Enrolment]:
        return [self._by_key[key] for key in self.cleaned_data["people"]]


def _words(enrolment: Enrolment, served: set[int]) -> str:
    name = ", ".join(filter(None, [str(enrolment.learner), str(enrolment.employer or "")]))
    return f"{name} (en a déjà un en vigueur)" if enrolment.pk in served else name


class OrganisationTextForm(forms.ModelForm):
    """A new version of a text of the organisation."""

    class Meta:
        formfield_callback = cleaned_formfield
        model = DocumentTemplate
        fields = ["slug", "body", "change_summary", "in_force_from"]
        widgets = {
            "body": forms.Textarea(attrs={"rows": 30}),
            "in_force_from": NativeDateInput,
        }


class ComingTextForm(OrganisationTextForm):
    """A version still to come: which text it is no longer changes."""

    class Meta(OrganisationTextForm.Meta):
        fields = ["body", "change_summary", "in_force_from"]
