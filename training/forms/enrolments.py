"""Enrolments as staff write them: a person added, a seat named, seats reserved."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from core.forms import fields
from core.forms.model_fields import cleaned_formfield
from training.enums import AgreementState, EnrolmentState, PriceBasis, TraineeType
from training.models import (
    Agreement,
    Company,
    Enrolment,
    Learner,
    SessionGroup,
    TrainingSession,
)

PAYER_PERSON, PAYER_COMPANY, PAYER_AGREEMENT = "person", "company", "agreement"


def find_learners(words: str, *, limit: int = 12) -> list[Learner]:
    """Learners whose names or address hold every word; those merged into another do not show."""
    return list(Learner.objects.filter(merged_into=None).searched(words)[:limit])


def companies() -> QuerySet[Company]:
    """Companies one may choose."""
    return Company.objects.filter(merged_into=None)


class NewLearnerForm(forms.ModelForm):
    """A person not known yet: the least that is needed."""

    class Meta:
        formfield_callback = cleaned_formfield
        model = Learner
        fields = ["first_name", "last_name", "email", "phone"]


class EnrolForm(forms.Form):
    """Who pays, and how far the enrolment already is."""

    payer = forms.ChoiceField(
        label="Qui paie ?",
        choices=[
            (PAYER_PERSON, "la personne elle-même (contrat)"),
            (PAYER_COMPANY, "une entreprise (convention)"),
            (PAYER_AGREEMENT, "un accord déjà préparé pour cette session"),
        ],
        initial=PAYER_PERSON,
        widget=forms.RadioSelect,
    )
    company = forms.ModelChoiceField(
        label="Entreprise qui paie", queryset=Company.objects.none(), required=False
    )
    agreement = forms.ModelChoiceField(
        label="Accord existant", queryset=Agreement.objects.none(), required=False
    )
    employer = forms.ModelChoiceField(
        label="Employeur",
        queryset=Company.objects.none(),
        required=False,
        help_text="Vide : l’entreprise qui paie, s’il y en a une.",
    )
    trainee_type = forms.ChoiceField(
        label="Type de stagiaire (BPF)",
        choices=[("", "à préciser"), *TraineeType.choices],
        required=False,
    )
    state = forms.ChoiceField(
        label="Inscription",
        choices=[
            (EnrolmentState.ACCEPTED, "acceptée, à confirmer"),
            (EnrolmentState.CONFIRMED, "déjà confirmée"),
        ],
        initial=EnrolmentState.ACCEPTED,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, session: TrainingSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("company", "employer"):
            self.fields[name].queryset = companies()  # type: ignore[attr-defined]
        self.fields["agreement"].queryset = (  # type: ignore[attr-defined]
            Agreement.objects.filter(session=session)
            .exclude(state=AgreementState.ENDED)
            .select_related("company", "learner", "funder")
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        payer = cleaned.get("payer")
        if payer == PAYER_COMPANY and not cleaned.get("company"):
            self.add_error("company", "Choisissez l’entreprise qui paie.")
        if payer == PAYER_AGREEMENT and not cleaned.get("agreement"):
            self.add_error("agreement", "Choisissez l’accord.")
        if payer != PAYER_COMPANY:
            cleaned["company"] = None
        if payer != PAYER_AGREEMENT:
            cleaned["agreement"] = None
        return cleaned


class ReserveSeatsForm(forms.Form):
    """Seats kept for a company that will name the people later."""

    company = forms.ModelChoiceField(label="Entreprise", queryset=Company.objects.none())
    seats = forms.IntegerField(label="Nombre de places", min_value=1, max_value=200)
    price = forms.DecimalField(
        label="Prix hors taxe",
        min_value=0,
        max_digits=10,
        decimal_places=2,
        required=False,
        help_text="En euros. Vide : le prix public de la session.",
    )
    price_basis = forms.ChoiceField(
        label="Prix compté", choices=PriceBasis, initial=PriceBasis.PERSON
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].queryset = companies()  # type: ignore[attr-defined]


class EnrolmentDetailsForm(forms.ModelForm):
    """What may be written of an enrolment outside its state and its person."""

    class Meta:
        formfield_callback = cleaned_formfield
        model = Enrolment
        fields = ["employer", "trainee_type", "group", "agreement", "message"]
        widgets = {"message": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session = self.instance.session
        self.fields["employer"].queryset = companies()  # type: ignore[attr-defined]
        self.fields["agreement"].queryset = (  # type: ignore[attr-defined]
            Agreement.objects.filter(session=session).select_related("company", "learner", "funder")
        )
        groups = SessionGroup.objects.filter(session=session)
        if groups.exists():
            self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        else:
            del self.fields["group"]


class AdaptationDecisionForm(forms.Form):
    """What is decided for a learner, never why."""

    granted = forms.TypedChoiceField(
        label="Décision",
        choices=[("yes", "aménagement accordé"), ("no", "sans suite")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une décision."},
    )
    decision = fields.LinesField(
        label="Ce qui est décidé",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qu’il faut faire, ou la réponse donnée ; jamais le diagnostic.",
        error_messages={"required": "Écrivez ce qui est décidé."},
    )
