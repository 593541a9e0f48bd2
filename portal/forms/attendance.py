"""What is asked on the trainer's device: a signature, a correction, a countersignature."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.addresses import address_of
from attendance.domain.signatures import Signature
from attendance.forms.recorded import ClockField, RecordedForm
from core.exceptions import DomainError
from core.forms import fields
from training.models import HalfDay

#: Characters of JSON that the largest signature kept may need.
MAX_DRAWING = 60_000
#: Where on the form a refusal of the domain is shown; elsewhere it concerns the whole.
FIELD_OF = {
    "name_missing": "signed_name",
    "name_differs": "signed_name",
    "consent_missing": "consent",
    "signature_missing": None,
    "signature_invalid": None,
    "signature_too_large": None,
    "reason_required": "reason",
    "early_reason_required": "early_reason",
    "bad_reason": "absence_reason",
    "time_in_future": None,
    "times_out_of_order": None,
}


class AttendanceForm(forms.Form):
    """What these forms share: a refusal of the domain is shown where it can be fixed."""

    def refuse(self, refusal: DomainError) -> int:
        """Show the refusal; returns the status of the answer."""
        field = FIELD_OF.get(refusal.code)
        self.add_error(field if field in self.fields else None, refusal.message)
        return 200 if refusal.code in FIELD_OF else 422


class SignatureForm(AttendanceForm):
    """A drawing, or a typed name with consent; `key` keeps a double click from signing twice."""

    strokes = fields.DataField(
        required=False,
        max_length=MAX_DRAWING,
        widget=forms.HiddenInput(attrs={"data-strokes": ""}),
        error_messages={
            "max_length": "Ce tracé est trop long pour être enregistré : effacez et signez "
            "plus simplement."
        },
    )
    signed_name = fields.NameField(
        label="Prénom et nom",
        required=False,
        max_length=200,
        # Not asked of who draws; who types is asked for both.
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "words", "aria-required": "true"}
        ),
    )
    consent = forms.BooleanField(
        label="J’accepte que mon nom saisi ici vaille signature",
        required=False,
        widget=forms.CheckboxInput(attrs={"aria-required": "true"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    @property
    def prefers_typing(self) -> bool:
        """Whether the part where one types is to be shown open."""
        return bool(self.initial.get("signed_name")) or any(
            name in self.errors for name in ("signed_name", "consent")
        )

    def clean_strokes(self) -> list[Any] | None:
        text = self.cleaned_data["strokes"]
        if not text:
            return None
        try:
            drawing = json.loads(text)
        except (ValueError, RecursionError):
            drawing = None
        if not isinstance(drawing, list):
            raise forms.ValidationError(
                "Ce tracé n’a pas pu être lu : effacez et signez de nouveau."
            )
        return drawing or None

    def signature(self, request: HttpRequest) -> Signature:
        """What was given, with the address and the browser it came from."""
        return Signature(
            signed_name=self.cleaned_data["signed_name"],
            strokes=self.cleaned_data["strokes"],
            consent=self.cleaned_data["consent"],
            ip=address_of(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        )

    @property
    def is_drawn(self) -> bool:
        """Whether there is a drawing; it counts before a typed name."""
        return self.cleaned_data["strokes"] is not None


class OwnSignatureForm(SignatureForm):
    """A signature on one's own phone, with what the phone's clock says when there is a script."""

    device_time = fields.DataField(
        required=False, max_length=40, widget=forms.HiddenInput(attrs={"data-device-time": ""})
    )

    def clean_device_time(self) -> dt.datetime | None:
        """A moment with its zone; anything else is no clock at all."""
        try:
            moment = parse_datetime(self.cleaned_data["device_time"])
        except ValueError:
            return None
        return moment if moment and timezone.is_aware(moment) else None


class CarriedSignatureForm(SignatureForm):
    """A signature given while the code was renewed: it goes along, hidden, with the new code."""

    enrolment = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any], *, enrolment: uuid.UUID | None = None, **kwargs: Any
    ) -> None:
        given = {name: data.get(name, "") for name in self.base_fields}
        if enrolment is not None:
            given["enrolment"] = str(enrolment)
        super().__init__(given, **kwargs)
        for field in self.fields.values():
            field.widget = field.hidden_widget()

    def given(self) -> dict[str, Any]:
        """What was given, to be shown again in the form that signs."""
        return {name: self.data[name] for name in SignatureForm.base_fields if self.data[name]}


class LateStatementForm(SignatureForm):
    """« I was there, and did not sign »: which half-day, and why."""

    half_day = forms.ModelChoiceField(
        label="Demi-journée",
        queryset=HalfDay.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Choisissez la demi-journée.",
            "invalid_choice": "Choisissez une demi-journée de la liste.",
        },
    )
    reason = fields.LineField(
        label="Pourquoi vous n’avez pas signé sur place",
        max_length=500,
        help_text="Par exemple : plus de batterie, arrivée pendant la pause. "
        "N’écrivez rien de votre santé.",
        error_messages={"required": "Indiquez pourquoi."},
    )

    def __init__(self, *args: Any, half_days: list[HalfDay], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["half_day"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared above
        field.queryset = HalfDay.objects.filter(pk__in=[item.pk for item in half_days])
        field.choices = [(item.pk, _half_day_words(item)) for item in half_days]


class RoomCodeForm(AttendanceForm):
    """The letters shown in the room."""

    code = fields.LineField(
        label="Code affiché dans la salle ou sur l’écran partagé",
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "room-code-input",
            }
        ),
        error_messages={"required": "Saisissez le code affiché."},
    )


class WalkInForm(AttendanceForm):
    """A person who is there without being expected."""

    name = fields.NameField(
        label="Prénom et nom",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
        error_messages={"required": "Indiquez le prénom et le nom."},
    )
    contact = fields.LineField(
        label="Courriel ou téléphone",
        max_length=200,
        required=False,
        help_text="Pour que le secrétariat puisse la joindre.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DisputeForm(AttendanceForm):
    """« This is not exact », in a few words if one wishes."""

    comment = fields.LinesField(
        label="Ce qui n’est pas exact",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="N’écrivez rien de votre santé.",
    )


def _half_day_words(half_day: HalfDay) -> str:
    return f"{half_day.day_words}, de {half_day.times_words}"


class LearnerSignatureForm(SignatureForm):
    """The signature of a person who learns, with an arrival when it was late."""

    arrived_at = ClockField(
        label="Heure d’arrivée, si elle est tardive",
        required=False,
        help_text="Les minutes manquées sont déduites. Signer tard, en étant là, ne déduit rien.",
    )


class LockForm(SignatureForm):
    """A trainer's countersignature; before the end, it says why."""

    early_reason = fields.LineField(
        label="Pourquoi clore avant la fin",
        max_length=500,
        help_text="Ce motif figure sur la feuille d’émargement.",
        error_messages={"required": "Pour clore avant la fin, indiquez pourquoi."},
    )

    def __init__(self, *args: Any, early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not early:
            del self.fields["early_reason"]


class ChangeForm(AttendanceForm, RecordedForm):
    """What the trainer declares, or corrects, of one person, always with a reason."""

    reason = fields.LineField(
        label="Pourquoi ce changement",
        max_length=500,
        help_text="Gardé avec ce changement. N’écrivez rien de la santé de la personne.",
        error_messages={"required": "Indiquez le motif."},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
