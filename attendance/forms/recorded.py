"""What forms that change a presence share: they start from what is recorded.

Sent as it was shown, such a form changes nothing: no hour, no minute, no reason is lost because
somebody corrected another.
"""

import datetime as dt
from typing import Any, TypedDict

from django import forms
from django.utils import timezone

from attendance.domain.versions import Version
from training.enums import AbsenceReason, AttendanceState
from training.models import HalfDay


class ClockField(forms.TimeField):
    """An hour read on the clock of the place."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    default_error_messages = {"invalid": "Indiquez une heure, par exemple 9:20."}


class Hours(TypedDict):
    """When a person arrived and left, where it was said."""

    arrived_at: dt.datetime | None
    left_at: dt.datetime | None


class Change(Hours):
    """What is to be recorded in place of what is."""

    state: str
    absence_reason: str
    minutes: int | None


class RecordedForm(forms.Form):
    """Presence or absence, hours, minutes: first those recorded, if anything is.

    The field of minutes stays only when somebody entered them, unless `always_minutes`: otherwise
    they follow from the hours.
    """

    always_minutes = False

    state = forms.ChoiceField(
        label="Ce qui s’est passé",
        choices=AttendanceState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Indiquez si la personne était présente ou absente."},
    )
    arrived_at = ClockField(
        label="Heure d’arrivée, si elle est tardive",
        required=False,
        help_text="Heure du lieu. Les minutes manquées sont déduites.",
    )
    left_at = ClockField(label="Heure de départ, si elle est anticipée", required=False)
    minutes = forms.IntegerField(
        label="Minutes suivies",
        required=False,
        min_value=0,
        help_text="Vide : comptées d’après les heures d’arrivée et de départ.",
    )
    absence_reason = forms.ChoiceField(
        label="Motif de l’absence",
        choices=[("", "Sans objet"), *AbsenceReason.choices],
        required=False,
    )

    def __init__(
        self, *args: Any, half_day: HalfDay, recorded: Version | None, **kwargs: Any
    ) -> None:
        self.half_day, self.recorded = half_day, recorded
        initial = starting_values(recorded, half_day) if recorded else {}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["minutes"].widget.attrs["max"] = half_day.counted_minutes
        if initial.get("minutes") is None and not (self.always_minutes and recorded):
            del self.fields["minutes"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        absent = cleaned.get("state") == AttendanceState.ABSENT
        if absent and not cleaned.get("absence_reason"):
            self.add_error("absence_reason", "Choisissez le motif de l’absence.")
        if self.recorded and not self.errors and not set(self.changed_data) & set(RECORDED_FIELDS):
            raise forms.ValidationError(
                "Rien n’est changé : corrigez ce qui est à corriger, ou revenez sans rien changer.",
                code="nothing_changed",
            )
        return cleaned

    @property
    def hours(self) -> Hours:
        """The hours of the form as moments; those left as they were stay exactly as recorded."""
        return hours_of(self, self.half_day, self.recorded)

    @property
    def change(self) -> Change:
        """What is to be recorded: of an absence, no hour; of a presence, no reason."""
        cleaned = self.cleaned_data
        if cleaned["state"] == AttendanceState.ABSENT:
            return Change(
                state=cleaned["state"],
                absence_reason=cleaned["absence_reason"],
                minutes=None,
                arrived_at=None,
                left_at=None,
            )
        return Change(
            state=cleaned["state"],
            absence_reason="",
            minutes=cleaned.get("minutes"),
            **self.hours,
        )


#: The fields that say what is recorded, each with the value of that name of a `Version`.
RECORDED_FIELDS = ("state", "arrived_at", "left_at", "minutes", "absence_reason")


def starting_values(version: Version, half_day: HalfDay) -> dict[str, Any]:
    """The values of the fields: hours by the clock of the place, minutes if they were entered."""
    return {
        "state": version.state,
        "arrived_at": _clock(version.arrived_at, half_day),
        "left_at": _clock(version.left_at, half_day),
        "minutes": version.entered_minutes,
        "absence_reason": version.absence_reason,
    }


def hours_of(form: forms.Form, half_day: HalfDay, version: Version | None) -> Hours:
    """The hours typed, as moments of the half-day; one left as it was shown stays that moment."""

    def moment(name: str) -> dt.datetime | None:
        if version is not None and name not in form.changed_data:
            kept: dt.datetime | None = getattr(version, name)
            return kept
        typed = form.cleaned_data.get(name)
        return half_day.moment(typed) if typed else None

    return Hours(arrived_at=moment("arrived_at"), left_at=moment("left_at"))


def _clock(moment: dt.datetime | None, half_day: HalfDay) -> dt.time | None:
    if moment is None:
        return None
    return timezone.localtime(moment, half_day.zone).time().replace(second=0, microsecond=0)
