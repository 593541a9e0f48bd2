"""Native widgets of the browser: no script, their own keyboard and calendar."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from core.french import PARIS


class NativeDateInput(forms.DateInput):
    """`<input type="date">`; the value travels as ISO whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class NativeTimeInput(forms.TimeInput):
    """`<input type="time">`, to the minute."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class NativeDateTimeInput(forms.DateTimeInput):
    """`<input type="datetime-local">`, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class LocalDateTimeField(forms.DateTimeField):
    """A moment read and written by the clock of a place: that of Paris, or of `set_zone`."""

    zone: dt.tzinfo = PARIS

    def set_zone(self, zone: dt.tzinfo) -> None:
        """Take the clock of a place, and say so when it is not that of Paris."""
        self.zone = zone
        if zone != PARIS:
            self.help_text = "À l’heure du lieu."

    def at(self, zone: dt.tzinfo, moment: dt.datetime) -> dt.datetime:
        """What the same hands would say on the clock of another place."""
        return moment.astimezone(self.zone).replace(tzinfo=zone)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.astimezone(self.zone).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> dt.datetime | None:
        with timezone.override(self.zone):
            return super().to_python(value)
