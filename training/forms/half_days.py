"""Half-days: planned many at once, changed one by one, moved."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils import timezone

from core.forms import fields
from core.forms.model_fields import cleaned_formfield
from core.forms.widgets import (
    LocalDateTimeField,
    NativeDateInput,
    NativeDateTimeInput,
    NativeTimeInput,
)
from training.domain.sessions.half_days import Assigned
from training.domain.sessions.planning import DEFAULT_SLOTS, Slot, days_in_a_row
from training.enums import HalfDayLabel, Modality, TrainerRole, TrainerStatus
from training.models import HalfDay, SessionGroup, Trainer, TrainingSession

WEEKDAYS = [
    (0, "lundi"),
    (1, "mardi"),
    (2, "mercredi"),
    (3, "jeudi"),
    (4, "vendredi"),
    (5, "samedi"),
    (6, "dimanche"),
]
EVENING = Slot(
    label=HalfDayLabel.EVENING, starts=dt.time(18, 0), ends=dt.time(21, 0), counted_minutes=180
)
SLOTS = (*DEFAULT_SLOTS, EVENING)
MAX_DAYS = 60
HOURS = ("starts_at", "ends_at")


def read_days(text: str) -> list[dt.date]:
    """The dates of a text, one a line or separated by commas: « 14/01/2027 » or « 2027-01-14 ».

    Raises ValidationError naming the first that is not a date.
    """
    days = []
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
            try:
                days.append(dt.datetime.strptime(word, pattern).replace(tzinfo=dt.UTC).date())
                break
            except ValueError:
                continue
        else:
            raise forms.ValidationError(
                f"« {word} » n’est pas une date. Écrivez par exemple 14/01/2027.",
                code="bad_day",
            )
    return days


class PlanForm(forms.Form):
    """Days, hours, trainers and groups of the half-days to make."""

    first_day = forms.DateField(label="Premier jour", required=False, widget=NativeDateInput)
    day_count = forms.IntegerField(
        label="Nombre de jours", required=False, min_value=1, max_value=MAX_DAYS
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours de la semaine",
        required=False,
        choices=WEEKDAYS,
        coerce=int,
        initial=[0, 1, 2, 3, 4],
        widget=forms.CheckboxSelectMultiple,
    )
    days = fields.LinesField(
        label="Ou des dates précises",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une date par ligne, par exemple 14/01/2027. Elles s’ajoutent aux précédentes.",
    )
    trainers = forms.ModelMultipleChoiceField(
        label="Personnes formatrices",
        required=False,
        queryset=Trainer.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Présentes à toutes ces demi-journées ; vous pourrez changer demi-journée "
        "par demi-journée.",
    )
    groups = forms.ModelMultipleChoiceField(
        label="Groupes",
        required=False,
        queryset=SessionGroup.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun : tout le monde est attendu.",
    )
    link = fields.URLField(label="Lien de visioconférence", required=False, assume_scheme="https")

    def __init__(self, *args: Any, session: TrainingSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        for slot in SLOTS:
            self._add_slot(slot)
        groups = SessionGroup.objects.filter(session=session)
        if groups.exists():
            self.fields["groups"].queryset = groups  # type: ignore[attr-defined]
        else:
            del self.fields["groups"]
        if session.modality == Modality.ON_SITE:
            del self.fields["link"]

    def _add_slot(self, slot: Slot) -> None:
        name = str(HalfDayLabel(slot.label).label)
        usual = slot is not EVENING
        self.fields[f"{slot.label}_used"] = forms.BooleanField(
            label=name.capitalize(), required=False, initial=usual
        )
        self.fields[f"{slot.label}_starts"] = forms.TimeField(
            label=f"Début, {name}", required=False, initial=slot.starts, widget=NativeTimeInput
        )
        self.fields[f"{slot.label}_ends"] = forms.TimeField(
            label=f"Fin, {name}", required=False, initial=slot.ends, widget=NativeTimeInput
        )
        self.fields[f"{slot.label}_minutes"] = forms.IntegerField(
            label=f"Minutes comptées, {name}",
            required=False,
            initial=slot.counted_minutes,
            min_value=1,
            max_value=720,
        )

    def slot_rows(self) -> list[dict[str, Any]]:
        """The bound fields of each slot, for the template."""
        return [
            {part: self[f"{slot.label}_{part}"] for part in ("used", "starts", "ends", "minutes")}
            for slot in SLOTS
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["all_days"] = self._days(cleaned)
        cleaned["slots"] = self._slots(cleaned)
        return cleaned

    def _days(self, cleaned: dict[str, Any]) -> list[dt.date]:
        days: list[dt.date] = []
        first, count = cleaned.get("first_day"), cleaned.get("day_count")
        if first and not self.errors.get("day_count"):
            weekdays = cleaned.get("weekdays") or []
            if not weekdays:
                self.add_error("weekdays", "Choisissez au moins un jour de la semaine.")
            days += days_in_a_row(first=first, count=count or 1, weekdays=weekdays)
        try:
            days += read_days(cleaned.get("days", ""))
        except forms.ValidationError as error:
            self.add_error("days", error)
            return days
        if not days and not self.errors:
            self.add_error("first_day", "Indiquez un premier jour, ou des dates précises.")
        if len(set(days)) > MAX_DAYS:
            self.add_error("days", f"Au plus {MAX_DAYS} jours à la fois.")
        return sorted(set(days))

    def _slots(self, cleaned: dict[str, Any]) -> list[Slot]:
        slots = []
        for slot in SLOTS:
            if not cleaned.get(f"{slot.label}_used"):
                continue
            starts, ends, minutes = (
                cleaned.get(f"{slot.label}_{part}") for part in ("starts", "ends", "minutes")
            )
            if starts is None or ends is None or minutes is None:
                self.add_error(
                    f"{slot.label}_used", "Indiquez le début, la fin et les minutes comptées."
                )
                continue
            if minutes > _clock_minutes(starts, ends):
                self.add_error(
                    f"{slot.label}_minutes",
                    "Les minutes comptées dépassent la durée entre le début et la fin.",
                )
                continue
            slots.append(Slot(label=slot.label, starts=starts, ends=ends, counted_minutes=minutes))
        if not slots and not self.errors:
            self.add_error(None, "Choisissez au moins un moment de la journée.")
        return slots


def _clock_minutes(starts: dt.time, ends: dt.time) -> int:
    """From one time to the other, which may be on the next day."""
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    return minutes if minutes > 0 else minutes + 24 * 60


class HalfDayForm(forms.ModelForm):
    """One half-day: when, where, how long, for whom."""

    link = fields.URLField(label="Lien de visioconférence", required=False, assume_scheme="https")

    class Meta:
        formfield_callback = cleaned_formfield
        model = HalfDay
        fields = [
            "label",
            "starts_at",
            "ends_at",
            "counted_minutes",
            "modality",
            "venue",
            "link",
            "groups",
        ]
        field_classes = {"starts_at": LocalDateTimeField, "ends_at": LocalDateTimeField}
        widgets = {
            "starts_at": NativeDateTimeInput,
            "ends_at": NativeDateTimeInput,
            "groups": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in HOURS:
            self.fields[name].set_zone(self.instance.zone)  # type: ignore[attr-defined]
        groups = SessionGroup.objects.filter(session=self.instance.session)
        if groups.exists():
            self.fields["groups"].queryset = groups  # type: ignore[attr-defined]
        else:
            del self.fields["groups"]
        # A half-day is in one place; « mixed » only describes a whole session.
        self.fields["modality"].choices = [  # type: ignore[attr-defined]
            (Modality.ON_SITE, Modality.ON_SITE.label),
            (Modality.REMOTE, Modality.REMOTE.label),
        ]

    def clean(self) -> dict[str, Any]:
        """Hours are those of the place chosen, even when it is chosen with them."""
        cleaned = super().clean() or {}
        if "modality" in cleaned and "venue" in cleaned:
            place = HalfDay(
                session=self.instance.session, modality=cleaned["modality"], venue=cleaned["venue"]
            )
            for name in HOURS:
                if cleaned.get(name):
                    cleaned[name] = self.fields[name].at(  # type: ignore[attr-defined]
                        place.zone, cleaned[name]
                    )
        return cleaned

    def column_changes(self) -> list[str]:
        """Columns of the half-day that were changed (groups stand in another table)."""
        moved = {name for name in HOURS if self.cleaned_data.get(name) != self.initial.get(name)}
        return [name for name in {*self.changed_data, *moved} if name != "groups"]


class AssignmentForm(forms.Form):
    """A person who trains at a half-day."""

    trainer = forms.ModelChoiceField(
        label="Personne formatrice",
        queryset=Trainer.objects.all(),
        required=False,
        empty_label="— personne —",
    )
    role = forms.ChoiceField(label="Rôle", choices=TrainerRole, initial=TrainerRole.LEAD)
    status = forms.ChoiceField(
        label="Statut ce jour", choices=TrainerStatus, initial=TrainerStatus.EMPLOYED
    )


class BaseAssignmentFormSet(forms.BaseFormSet):
    """Who trains; rows left empty count for nothing."""

    def assigned(self) -> list[Assigned]:
        """The rows that name a person."""
        return [
            Assigned(trainer=row["trainer"], role=row["role"], status=row["status"])
            for row in self.cleaned_data
            if row.get("trainer")
        ]

    def clean(self) -> None:
        if any(self.errors):
            return
        trainers = [item.trainer for item in self.assigned()]
        if len(set(trainers)) != len(trainers):
            raise forms.ValidationError("La même personne formatrice est indiquée deux fois.")


AssignmentFormSet = forms.formset_factory(
    AssignmentForm, formset=BaseAssignmentFormSet, extra=2, max_num=8, absolute_max=8
)


class MoveForm(forms.Form):
    """The new time of a half-day, and why."""

    starts_at = LocalDateTimeField(label="Nouveau début", widget=NativeDateTimeInput)
    ends_at = LocalDateTimeField(label="Nouvelle fin", widget=NativeDateTimeInput)
    reason = fields.LinesField(
        label="Motif",
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Indiquez le motif."},
    )

    def __init__(self, *args: Any, half_day: HalfDay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in HOURS:
            self.fields[name].set_zone(half_day.zone)  # type: ignore[attr-defined]
            self.fields[name].initial = getattr(half_day, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", "La fin doit suivre le début.")
        if starts and starts < timezone.now() - dt.timedelta(days=366):
            self.add_error("starts_at", "Cette date est trop ancienne.")
        return cleaned
