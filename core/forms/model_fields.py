"""Form fields of models: which field cleans the text of which column.

The name of a column or its validator says what it holds; nobody has to think of it when a screen is
made.
"""

from typing import Any

from django import forms
from django.db import models

from wagtail.admin import widgets
from wagtail.admin.forms.models import register_form_field_override
from wagtail.blocks import BlockField
from wagtail.fields import RichTextField, StreamField

from core import cleaning
from core.forms import fields
from core.models.validators import validate_name_part

#: Columns whose name says what they hold.
_NAMED: dict[str, type[forms.CharField]] = {
    "phone": fields.PhoneField,
    "postcode": fields.PostcodeField,
    "siret": fields.NumberField,
}


class CleanedBlockField(BlockField):
    """The blocks of a page: every text in them is cleaned, whatever the block that holds it."""

    def clean(self, value: Any) -> Any:
        """The blocks as they were, and the same object where nothing was to be cleaned."""
        checked = super().clean(value)
        written = self.block.get_prep_value(checked)
        clean = _cleaned_within(written)
        return checked if clean == written else self.block.to_python(clean)


def _cleaned_within(stored: Any) -> Any:
    """What is stored of the blocks, its texts cleaned as deep as they stand."""
    if isinstance(stored, str):
        return cleaning.lines(stored)
    if isinstance(stored, dict):
        return {name: _cleaned_within(value) for name, value in stored.items()}
    if isinstance(stored, list):
        return [_cleaned_within(value) for value in stored]
    return stored


def form_class_of(field: "models.Field[Any, Any]") -> type[forms.CharField]:
    """The class of the form field of a text field of a model."""
    if field.name in _NAMED:
        return _NAMED[field.name]
    if validate_name_part in field.validators:
        return fields.NameField
    kinds = {
        models.EmailField: fields.EmailField,
        models.URLField: fields.URLField,
        models.SlugField: fields.SlugField,
        models.TextField: fields.LinesField,
    }
    for kind, form_class in kinds.items():
        if isinstance(field, kind):
            return form_class
    return fields.TypesetLineField


def declare_fields() -> None:
    """Tell Wagtail, before it makes any form, which fields the texts of models get."""

    def text(field: "models.Field[Any, Any]") -> dict[str, Any]:
        return {"form_class": form_class_of(field)}

    register_form_field_override(models.CharField, override=text)
    register_form_field_override(models.EmailField, override=text)
    register_form_field_override(RichTextField, override=text)
    register_form_field_override(StreamField, override={"form_class": CleanedBlockField})
    register_form_field_override(
        models.TextField,
        override=lambda field: {**text(field), "widget": widgets.AdminAutoHeightTextInput},
        exact_class=True,
    )
    register_form_field_override(
        models.SlugField, override=lambda field: {**text(field), "widget": widgets.SlugInput}
    )
    register_form_field_override(
        models.URLField, override=lambda field: {**text(field), "assume_scheme": "https"}
    )


def cleaned_formfield(field: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    """`formfield_callback` of a form that Django makes from a model: its texts are cleaned."""
    if isinstance(field, models.CharField | models.TextField):
        options.setdefault("form_class", form_class_of(field))
    return field.formfield(**options)
