"""Where the pictures and the documents of the public site are stored."""

from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile

from core.domain.photographs import without_metadata
from operations.file_storage import WholeFileStorage

PICTURES = {".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"}
#: Made by Wagtail from an original that has been through here.
RENDITIONS = "images/"


class PublicStorage(WholeFileStorage):
    """Files on the disk; no photograph is kept with the place where it was taken.

    Here rather than in a form: pictures arrive one by one, several at once, through choosers, from
    scripts.
    """

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Store a file under a name that is free. A picture loses what it says of its origin."""
        name = name or content.name
        if PurePath(name).suffix.lower() in PICTURES and not name.startswith(RENDITIONS):
            content.seek(0)
            content = ContentFile(without_metadata(content.read()))
        return super().save(name, content, max_length=max_length)
