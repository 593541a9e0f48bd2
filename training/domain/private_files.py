"""Files that people hand in: a PDF or a picture, looked at before it is kept, out of public sight.

What a file claims to be is not believed: its first bytes are, and pictures are decoded. SVG is
refused with the rest: it may carry scripts.
"""

import hashlib
import io
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from training.exceptions import DomainError

MAX_BYTES = 15 * 1024 * 1024
#: About A4 at 600 points per inch.
MAX_PIXELS = 40_000_000
PDF = "application/pdf"
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: What `keep` may be narrowed to.
PDF_JPEG_PNG = frozenset({PDF, "image/jpeg", "image/png"})


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """Where a file was put, and what it is."""

    key: str
    sha256: str
    media_type: str
    size: int


def keep(*, content: bytes, folder: str, accepted: Collection[str] = ()) -> KeptFile:
    """Check a file and put it in the private storage, under a key that names nobody.

    `accepted`: the media types taken, when they are fewer than all those known here. To be called
    outside any transaction. Raises `DomainError`: `file_empty`, `file_too_big`,
    `file_wrong_type`.
    """
    media_type = checked_type(content)
    if accepted and media_type not in accepted:
        raise DomainError(
            "Seuls les fichiers PDF, JPEG et PNG sont acceptés.", code="file_wrong_type"
        )
    key = storages["private"].save(f"{folder}/{uuid.uuid4()}", ContentFile(content))
    return KeptFile(
        key=key,
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=media_type,
        size=len(content),
    )


def checked_type(content: bytes) -> str:
    """The media type of a PDF or of a picture that opens. Raises `DomainError` as `keep`."""
    if not content:
        raise DomainError("Ce fichier est vide.", code="file_empty")
    if len(content) > MAX_BYTES:
        raise DomainError(
            "Ce fichier dépasse 15 Mio : numérisez en niveaux de gris, à 200 points par pouce.",
            code="file_too_big",
        )
    if content.startswith(b"%PDF-"):
        return PDF
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            found, (width, height) = picture.format or "", picture.size
            if width * height <= MAX_PIXELS:
                picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError,
            SyntaxError, EOFError) as error:  # fmt: skip
        raise _wrong_type() from error
    if width * height > MAX_PIXELS:
        raise DomainError(
            "Cette image est démesurée : numérisez à 200 points par pouce.", code="file_too_big"
        )
    return PICTURES[found]


def discard(key: str) -> None:
    """Remove bytes that nothing came to point at, or whose time is up."""
    if key:
        storages["private"].delete(key)


def _wrong_type() -> DomainError:
    return DomainError(
        "Seuls les fichiers PDF et les images JPEG, PNG ou WebP qui s’ouvrent sont acceptés.",
        code="file_wrong_type",
    )
