"""Native widgets of the browser: no script, their own keyboard and calendar."""

from typing import Any

from django import forms


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
    """`<input type="datetime-local">`, to the minute, in the time of Paris."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")
