"""A row of any model as bare as its columns allow, and one full of what people paste."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

#: A formula, a line of PowerPoint, what no file may hold, letters of elsewhere, the separator.
PASTED = '=Łukasz\x0b\x00\x1f 李;"Шевченко"\ud800\ufffe\r\nfin'


def bare(model: type[models.Model]) -> models.Model:
    """An unsaved row: every relation that may be empty is, every text too."""
    return _made(model, text="", is_bare=True)


def full(model: type[models.Model]) -> models.Model:
    """An unsaved row: every column has something, its texts what was pasted."""
    return _made(model, text=PASTED, is_bare=False)


def _made(model: type[models.Model], *, text: str, is_bare: bool, depth: int = 0) -> models.Model:
    row = model(pk=1)
    for field in model._meta.concrete_fields:
        if field.primary_key or (field.null and (is_bare or depth > 2)):
            continue
        if isinstance(field, models.ForeignKey):
            related = _made(field.related_model, text=text, is_bare=is_bare, depth=depth + 1)
            setattr(row, field.name, related)
        else:
            value = _value(field, text)
            if value is not None:
                setattr(row, field.attname, value)
    return row


def _value(field: models.Field[Any, Any], text: str) -> Any:
    """Something that the column may hold; None to leave its default."""
    if field.choices:
        return next(value for value, _words in field.flatchoices)
    if isinstance(field, models.CharField | models.TextField) and not isinstance(
        field, models.SlugField
    ):
        return text
    if field.has_default():
        return None
    for kind, value in (
        (models.DateTimeField, timezone.now()),
        (models.DateField, timezone.localdate()),
        (models.TimeField, dt.time(9)),
        (models.DecimalField, Decimal(1)),
        (models.IntegerField, 1),
        (models.BooleanField, False),
    ):
        if isinstance(field, kind):
            return value
    return None
