"""What a photograph says besides its picture: where it was taken, when, with which device.

It is taken off whenever one arrives, whoever sends it: no one who publishes a picture of a room or
deposits the photo of a paper means to give the place where they stood. The picture itself stays as
it is: a JPEG is encoded with its own tables, and keeps the side that is up.
"""

import io
from typing import Any

from PIL import ExifTags, Image, PngImagePlugin, UnidentifiedImageError

from core.exceptions import DomainError

#: About A4 at 600 points per inch; frames of an animation counted together.
MAX_PIXELS = 40_000_000
FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
#: What Pillow raises for what is no picture, or for one that is damaged.
UNREADABLE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError)
#: Segments of a JPEG that the picture needs: how it is stored, its colours.
_NEEDED_SEGMENTS = {"APP0", "APP14"}
_COLOUR_PROFILE = b"ICC_PROFILE"


def refuse_size(content: bytes) -> None:
    """Raise `DomainError` (`picture_too_large`) for too many pixels, before any is decoded.

    What is no picture passes: whoever reads it says so.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            too_large = width * height * getattr(picture, "n_frames", 1) > MAX_PIXELS
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        too_large = True
    except UNREADABLE:
        return
    if too_large:
        raise DomainError(
            "Cette image est démesurée : 40 millions de pixels au plus. Réduisez-la avant de "
            "l’envoyer.",
            code="picture_too_large",
        )


def without_metadata(content: bytes) -> bytes:
    """The same picture without what it says of its origin; the same bytes if it says nothing.

    What is no picture comes back as it is. Raises `DomainError` as `refuse_size`.
    """
    refuse_size(content)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            return _encoded_again(picture) if _says_more(picture) else content
    except UNREADABLE:
        return content


def _says_more(picture: Image.Image) -> bool:
    if picture.format == "MPO":  # other pictures follow the first, with words of their own
        return True
    if isinstance(picture, PngImagePlugin.PngImageFile):
        picture.load()  # words may stand after the pixels
        if picture.text:
            return True
    if picture.format == "JPEG":
        segments: list[tuple[str, bytes]] = getattr(picture, "applist", [])
        for name, value in segments:
            is_needed = name in _NEEDED_SEGMENTS or value.startswith((_COLOUR_PROFILE, b"Exif\0"))
            if not is_needed:
                return True
    if any(picture.info.get(name) for name in ("xmp", "comment", "photoshop")):
        return True
    return bool(set(picture.getexif()) - {ExifTags.Base.Orientation})


def _encoded_again(picture: Image.Image) -> bytes:
    kind = "JPEG" if picture.format == "MPO" else str(picture.format)
    options: dict[str, Any] = {"exif": _orientation(picture)}
    if profile := picture.info.get("icc_profile"):
        options["icc_profile"] = profile
    if kind == "JPEG":
        options["quality"] = "keep" if picture.format == "JPEG" else 92
    elif kind == "WEBP":
        options |= {"quality": 92, "method": 4}
    elif kind == "AVIF":
        options["quality"] = 85
    elif kind == "GIF":
        options = {"comment": b""}
    if kind != "JPEG" and getattr(picture, "n_frames", 1) > 1:
        options["save_all"] = True
    encoded = io.BytesIO()
    for name in ("comment", "xmp"):  # Pillow would write them again
        picture.info.pop(name, None)
    picture.save(encoded, kind, **options)
    return encoded.getvalue()


def _orientation(picture: Image.Image) -> bytes:
    """Which side is up, and nothing else."""
    turned = picture.getexif().get(ExifTags.Base.Orientation)
    if turned is None or turned == 1:
        return b""
    kept = Image.Exif()
    kept[ExifTags.Base.Orientation] = turned
    return kept.tobytes()
