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

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages

from core.domain.photographs import MAX_PIXELS, without_metadata
from core.exceptions import DomainError

MAX_FILE_BYTES = 15 * 1024 * 1024
#: The same, as it is said to people.
MAX_FILE_SIZE = f"{MAX_FILE_BYTES // 1024**2} Mio"
PDF = "application/pdf"
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: First kind named in a HEIC or HEIF file (ISO/IEC 23008-12). Refused: an auditor must be able to
#: open what is kept, for years and anywhere, and decoding it would bring a large library in C.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
HEIC_WORDS = (
    "Cette photo est au format HEIC, que beaucoup d’ordinateurs n’ouvrent pas. Sur iPhone : ouvrez "
    "cette page sur le téléphone et choisissez-y la photo, elle sera convertie d’elle-même ; ou "
    "réglez Réglages > Appareil photo > Formats sur « Le plus compatible » et reprenez-la. Sur "
    "Android : désactivez les photos HEIF (ou « haute efficacité ») dans les réglages de "
    "l’appareil photo et reprenez-la. Une capture d’écran de la photo convient aussi."
)
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
    """Check a file and put it in the private storage, under a key that names no one.

    A photograph is kept without the place where it was taken: the SHA-256 is that of what is kept.

    `accepted`: the media types taken, when they are fewer than all those known here. To be called
    outside any transaction. Raises `DomainError`: `file_empty`, `file_too_big`,
    `file_wrong_type`.
    """
    media_type = checked_type(content)
    if accepted and media_type not in accepted:
        raise DomainError(
            "Seuls les fichiers PDF, JPEG et PNG sont acceptés.", code="file_wrong_type"
        )
    if media_type != PDF:
        content = without_metadata(content)
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
    if len(content) > MAX_FILE_BYTES:
        raise DomainError(
            f"Ce fichier dépasse {MAX_FILE_SIZE} : numérisez en niveaux de gris, à 200 points "
            "par pouce.",
            code="file_too_big",
        )
    if content.startswith(b"%PDF-"):
        return PDF
    if is_heic(content):
        raise DomainError(HEIC_WORDS, code="file_wrong_type")
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


def is_heic(content: bytes) -> bool:
    """Whether it is a photograph as iPhones, and some Android phones, keep them."""
    return content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS


def opened(key: str) -> File | None:
    """The bytes stored under a key, to be closed by the caller; None when they are not there."""
    if not key:
        return None
    try:
        return storages["private"].open(key)
    except FileNotFoundError:
        return None


def discard(key: str) -> None:
    """Remove bytes that nothing came to point at, or whose time is up."""
    if key:
        storages["private"].delete(key)


def _wrong_type() -> DomainError:
    return DomainError(
        "Seuls les fichiers PDF et les images JPEG, PNG ou WebP qui s’ouvrent sont acceptés.",
        code="file_wrong_type",
    )
