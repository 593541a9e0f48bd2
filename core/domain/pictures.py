"""The pictures of the organisation's documents: checked, encoded again, kept once for all.

A picture handed in is never kept as it came: it is decoded, laid on white and encoded again, so
that neither its metadata nor anything hidden in it goes any further. A transparent one would be
encoded again in every document, which takes more time than the page.
"""

import hashlib
import io
import uuid
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from accounts.models import User
from core.domain.private_files import HEIC_WORDS, is_heic
from core.enums import PictureRole
from core.exceptions import DomainError
from core.models import OrganisationPicture

MAX_PICTURE_BYTES = 2 * 1024 * 1024
#: Longest side, in pixels, of what may be handed in.
MAX_SIDE = 4000
#: Longest side of what is kept: 6 cm on paper at 400 points per inch.
KEPT_SIDE = 950
FOLDER = "organisation_pictures"
LIMITS = "PNG ou JPEG, 2 Mio au plus, 4 000 pixels de côté au plus."
_SUFFIXES = {"image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True, kw_only=True)
class PreparedPicture:
    """A picture encoded again, not kept yet."""

    content: bytes
    media_type: str
    width: int
    height: int


def prepare(content: bytes) -> PreparedPicture:
    """Decode what was handed in and encode it again, on white, without its metadata.

    Raises `DomainError`: `picture_empty`, `picture_too_heavy`, `picture_wrong_type` (SVG and all
    but PNG and JPEG), `picture_too_large`, `picture_unreadable`.
    """
    if not content:
        raise DomainError("Ce fichier est vide.", code="picture_empty")
    refuse_weight(len(content))
    if is_heic(content):
        raise DomainError(HEIC_WORDS, code="picture_wrong_type")
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as opened:
            width, height = opened.size
            if max(width, height) > MAX_SIDE:
                raise DomainError(
                    f"Cette image mesure {width} × {height} pixels, 4 000 de côté au plus : "
                    "réduisez-la avant de l’envoyer.",
                    code="picture_too_large",
                )
            if getattr(opened, "n_frames", 1) > 1:
                raise _wrong_type()
            _refuse_truncated(opened, content)
            return _encoded_again(opened)
    except Image.DecompressionBombError as error:
        raise DomainError(
            "Cette image est démesurée, 4 000 pixels de côté au plus.", code="picture_too_large"
        ) from error
    except UnidentifiedImageError as error:
        raise _wrong_type() from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise _unreadable() from error


def refuse_weight(size: int) -> None:
    """Raise `DomainError` (`picture_too_heavy`) for more bytes than a picture may have."""
    if size > MAX_PICTURE_BYTES:
        found = f"{size / 1024 / 1024:.1f}".replace(".", ",")
        raise DomainError(
            f"Cette image pèse {found} Mio, 2 Mio au plus : réduisez-la avant de l’envoyer.",
            code="picture_too_heavy",
        )


def keep(*, picture: PreparedPicture, role: PictureRole, actor: User | None) -> OrganisationPicture:
    """Put a picture in the private storage; the same one given again is the same row.

    To be called outside any transaction: it writes a file.
    """
    sha256 = hashlib.sha256(picture.content).hexdigest()
    known = OrganisationPicture.objects.filter(role=role, sha256=sha256).first()
    if known is not None:
        _restore(known, picture.content)
        return known
    name = f"{FOLDER}/{uuid.uuid4()}.{_SUFFIXES[picture.media_type]}"
    key = storages["private"].save(name, ContentFile(picture.content))
    row, created = OrganisationPicture.objects.get_or_create(
        role=role,
        sha256=sha256,
        defaults={
            "key": key,
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "size": len(picture.content),
            "kept_by": actor,
        },
    )
    if not created:
        storages["private"].delete(key)
    return row


def read(*, key: str, sha256: str) -> bytes:
    """The bytes of a kept picture.

    Raises `DomainError` (`picture_lost`) when they are missing or no longer what they were.
    """
    try:
        with storages["private"].open(key) as stored:
            content = bytes(stored.read())
    except OSError as error:
        raise _lost() from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _lost()
    return content


def _restore(known: OrganisationPicture, content: bytes) -> None:
    """Lost or changed on its disk, given again: the same bytes return under the same key."""
    try:
        read(key=known.key, sha256=known.sha256)
    except DomainError:
        storages["private"].delete(known.key)
        storages["private"].save(known.key, ContentFile(content))


def _encoded_again(opened: Image.Image) -> PreparedPicture:
    media_type = "image/jpeg" if opened.format == "JPEG" else "image/png"
    upright = ImageOps.exif_transpose(opened)
    ground = Image.new("RGB", upright.size, "white")
    layered = upright.convert("RGBA")
    ground.paste(layered, mask=layered.getchannel("A"))
    ground.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    if media_type == "image/jpeg":
        ground.save(encoded, "JPEG", quality=90, optimize=True)
    else:
        ground.save(encoded, "PNG", optimize=True)
    return PreparedPicture(
        content=encoded.getvalue(), media_type=media_type, width=ground.width, height=ground.height
    )


def _refuse_truncated(opened: Image.Image, content: bytes) -> None:
    """The library that renders PDFs sets Pillow, for the whole process, to accept them."""
    end = b"\xff\xd9" if opened.format == "JPEG" else b"IEND\xaeB`\x82"
    if end not in content[-4096:]:
        raise _unreadable()


def _wrong_type() -> DomainError:
    return DomainError(
        "Seules les images PNG et JPEG sont acceptées ; un dessin SVG, qui peut contenir du code, "
        "ne l’est pas : exportez-le en PNG.",
        code="picture_wrong_type",
    )


def _unreadable() -> DomainError:
    return DomainError(
        "Cette image est abîmée ou incomplète : enregistrez-la de nouveau en PNG ou en JPEG.",
        code="picture_unreadable",
    )


def _lost() -> DomainError:
    return DomainError(
        "L’image manque dans le stockage, ou elle a changé : donnez-la de nouveau.",
        code="picture_lost",
    )
