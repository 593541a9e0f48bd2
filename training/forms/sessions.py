"""The facts of a session, as staff write them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Max, Q, QuerySet

from core.forms import fields
from core.forms.model_fields import cleaned_formfield
from core.forms.widgets import NativeDateInput
from training.models import ProgrammeVersion, SessionGroup, TrainingSession
from training.session_codes import nearest_code, typed_code, validate_session_code


class SessionForm(forms.ModelForm):
    """Everything of a session but its state and its half-days.

    The programme is chosen when the session is made; afterwards it changes only by adopting the
    newest version. So does the code, a name that documents carry: « Corriger le code » does it.
    """

    class Meta:
        formfield_callback = cleaned_formfield
        model = TrainingSession
        fields = [
            "programme_version",
            "code",
            "modality",
            "venue",
            "enrolling",
            "min_seats",
            "max_seats",
            "decide_by",
            "price",
            "subcontracted_to",
        ]
        widgets = {"decide_by": NativeDateInput, "enrolling": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["programme_version"]
            del self.fields["code"]  # one of before the rule keeps no one from changing the rest
        else:
            versions = self.fields["programme_version"]
            versions.queryset = newest_versions()  # type: ignore[attr-defined]
            versions.help_text = "La dernière version de chaque programme."
            price = self.fields["price"]
            price.required = False
            self.initial.pop("price", None)
            price.help_text = "Par personne, en euros. Vide : le prix du programme."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        version = cleaned.get("programme_version")
        if version and cleaned.get("price") is None and "price" not in self.errors:
            cleaned["price"] = Decimal(version.content["price_euros"])
        return cleaned

    def clean_code(self) -> str:
        """Spaces and case do not make two codes."""
        return typed_code(self.cleaned_data["code"])


class CodeForm(forms.Form):
    """Another code for a session."""

    code = fields.LineField(label="Code", max_length=100)

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].initial = nearest_code(code)
        self.fields["code"].help_text = (
            "Des lettres sans accent, des chiffres, des traits d’union, des points et des tirets "
            "bas."
        )

    def clean_code(self) -> str:
        """What the code may be made of."""
        code = typed_code(self.cleaned_data["code"])
        validate_session_code(code)
        return code


def newest_versions() -> QuerySet[ProgrammeVersion]:
    """The newest version of each programme and origin: a session is sold on one of them."""
    newest = (
        ProgrammeVersion.objects.order_by()
        .values("programme", "origin")
        .annotate(newest=Max("number"))
    )
    query = Q()
    for row in newest:
        query |= Q(programme=row["programme"], origin=row["origin"], number=row["newest"])
    if not query:
        return ProgrammeVersion.objects.none()
    return ProgrammeVersion.objects.filter(query).order_by("title", "-number")


class GroupForm(forms.Form):
    """The name of a new group."""

    name = fields.LineField(label="Nom du groupe", max_length=60)

    def __init__(self, *args: Any, session: TrainingSession, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        """One group of that name in the session."""
        name = self.cleaned_data["name"].strip()
        if SessionGroup.objects.filter(session=self.session, name__iexact=name).exists():
            raise forms.ValidationError("Ce groupe existe déjà dans la session.")
        return name
