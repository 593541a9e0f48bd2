"""Fields that clean what people type: every text of a form of ours goes through one of them.

Forms take these classes instead of Django's. Those that are made from models get them by
`core.forms.model_fields`, the forms of others by `clean_fields`: a test walks through all of them,
and names the field that does not clean.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from core import cleaning

#: How far beyond its limit a text is still cleaned: signs that nobody sees may be many.
FAR, FAR_MORE = 4, 1000
#: The same where a form that is not ours says no limit.
FAR_ELSEWHERE = 10_000


class _Cleaned(forms.CharField):
    """A text field whose value is cleaned before anything reads it."""

    clean_text: "ClassVar[staticmethod[[str], str]]"

    def to_python(self, value: Any) -> Any:
        """The text as it is kept, even where it is only compared with the one kept before."""
        if isinstance(value, str):
            value = value.strip()
            # Far too long whatever is taken out of it: refused as it is, without the work.
            if self.max_length is None or len(value) <= FAR * self.max_length + FAR_MORE:
                value = self.clean_text(value)
        return super().to_python(value)


class LineField(_Cleaned):
    """One line of text."""

    clean_text = staticmethod(cleaning.line)


class TypesetLineField(_Cleaned):
    """One line of text that an editor lays out: a title of a page."""

    clean_text = staticmethod(cleaning.typeset_line)


class LinesField(_Cleaned):
    """A text of several lines."""

    widget = forms.Textarea
    clean_text = staticmethod(cleaning.lines)


class NameField(_Cleaned):
    """The name of a person, or a part of it."""

    clean_text = staticmethod(cleaning.name)


class EmailField(_Cleaned, forms.EmailField):
    """An e-mail address, without what cannot be seen in it."""

    clean_text = staticmethod(cleaning.email)


class URLField(_Cleaned, forms.URLField):
    """A URL, without what cannot be seen in it."""

    clean_text = staticmethod(cleaning.line)


class SlugField(_Cleaned, forms.SlugField):
    """A part of a URL."""

    clean_text = staticmethod(cleaning.line)


class _Grouped(_Cleaned):
    """Figures that people group with spaces: the limit is for the figures alone."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No limit in the browser, which would cut what was pasted with its spaces."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class PhoneField(_Grouped):
    """A telephone number."""

    clean_text = staticmethod(cleaning.phone)


class NumberField(_Grouped):
    """A SIRET or a SIREN."""

    clean_text = staticmethod(cleaning.number)


class PostcodeField(_Grouped):
    """A post code."""

    clean_text = staticmethod(cleaning.postcode)


class DataField(forms.CharField):
    """What a script writes into a form and nobody types: a key, the strokes of a signature.

    Not cleaned: it is proof, or another program reads it.
    """


def clean_fields(fields: Iterable[forms.Field]) -> None:
    """Make the text fields of a form that is not ours clean what they get; never a password."""
    for field in fields:
        if isinstance(field, forms.CharField) and not is_clean(field):
            email = isinstance(field, forms.EmailField)
            clean = EmailField.clean_text if email else LineField.clean_text
            read: Any = _cleaned(clean, field.to_python)
            field.to_python = read  # type: ignore[method-assign]


def _cleaned(clean: Callable[[str], str], read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def to_python(value: Any) -> Any:
        short = isinstance(value, str) and len(value) <= FAR_ELSEWHERE
        return read(clean(value) if short else value)

    return to_python


def is_clean(field: forms.Field) -> bool:
    """Whether nothing is left to clean in what the field gives: it does it, or is no text."""
    if not isinstance(field, forms.CharField) or isinstance(field, DataField | forms.JSONField):
        return True
    if isinstance(field.widget, forms.PasswordInput):
        return True
    try:
        return "\u200b" not in str(field.to_python("a\u200bb"))
    except ValidationError:
        return True


class CleanedForm:
    """Put before a form that is not ours: its texts are cleaned, those made with it too."""

    #: Those of the form that it is put before.
    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clean_fields(self.fields.values())
