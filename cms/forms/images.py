"""A picture of the site, as editors send it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile

from wagtail.images.forms import BaseImageForm

from core.domain import photographs
from core.exceptions import DomainError


class ImageForm(BaseImageForm):
    """One picture: within reason, and without what it says of its origin.

    Wagtail decodes a picture before it counts its pixels: they are counted here first.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            field.to_python = partial(_read, field.to_python, field.max_upload_size)


def _read(to_python: Callable[[Any], Any], largest: int, sent: Any) -> Any:
    """What was sent, ready for Wagtail's own checks; those say when it is too heavy."""
    if isinstance(sent, UploadedFile) and (sent.size or 0) <= largest:
        content = sent.read()
        sent.seek(0)
        try:
            kept = photographs.without_metadata(content)
        except DomainError as error:
            raise forms.ValidationError(error.message, code=error.code) from error
        if kept is not content:
            sent = SimpleUploadedFile(sent.name or "", kept, sent.content_type or "")
    return to_python(sent)
