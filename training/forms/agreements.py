"""Agreements as staff write them."""

from typing import Any

from django import forms
from django.utils import timezone

from core.forms import fields
from core.forms.model_fields import cleaned_formfield
from core.forms.widgets import NativeDateInput
from training.enums import AgreementKind, PriceBasis
from training.forms.enrolments import companies
from training.models import Agreement, Company, Funder


class AgreementDraftForm(forms.Form):
    """What is sold, and to whom."""

    kind = forms.ChoiceField(label="Forme", choices=AgreementKind, initial=AgreementKind.CONVENTION)
    company = forms.ModelChoiceField(
        label="Entreprise cliente", queryset=Company.objects.none(), required=False
    )
    funder = forms.ModelChoiceField(
        label="Financeur client", queryset=Funder.objects.all(), required=False
    )
    buyer_name = fields.LineField(
        label="Donneur d’ordre",
        max_length=200,
        required=False,
        help_text="L’organisme qui nous confie la formation, en sous-traitance reçue.",
    )
    seats = forms.IntegerField(label="Nombre de personnes", min_value=1, max_value=500, initial=1)
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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        subcontract = cleaned.get("kind") == AgreementKind.SUBCONTRACT
        if subcontract and not cleaned.get("buyer_name"):
            self.add_error("buyer_name", "Indiquez l’organisme qui nous confie la formation.")
        elif not subcontract and not (cleaned.get("company") or cleaned.get("funder")):
            self.add_error(
                "company",
                "Choisissez une entreprise ou un financeur. Pour une personne qui paie "
                "elle-même, inscrivez-la : son contrat se prépare en même temps.",
            )
        return cleaned


class AgreementTermsForm(forms.ModelForm):
    """What may still change in an agreement that no one received yet."""

    class Meta:
        formfield_callback = cleaned_formfield
        model = Agreement
        fields = ["seats", "price", "price_basis", "vat_regime", "vat_rate", "terms"]


class SignedForm(forms.Form):
    """When and how the agreement was signed."""

    signed_on = forms.DateField(
        label="Signé le",
        widget=NativeDateInput,
        error_messages={"required": "Indiquez la date de signature."},
    )
    at_distance = forms.TypedChoiceField(
        label="Signature",
        choices=[("no", "sur place"), ("yes", "à distance")],
        initial="no",
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def clean_signed_on(self) -> Any:
        """No one signs tomorrow."""
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Cette date est dans l’avenir.")
        return day
