"""Photographs as telephones make them: with the place where they were taken."""

import io
import zlib

from PIL import ExifTags, Image, PngImagePlugin

CAMERA = "Appareil de Rozenn"
RIGHT_SIDE_UP = 6


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (90, 60)) -> bytes:
    """A picture of that kind that says where it was taken, by which device, which side is up."""
    words = Image.Exif()
    words[ExifTags.Base.Model] = CAMERA
    words[ExifTags.Base.Orientation] = RIGHT_SIDE_UP
    words[ExifTags.IFD.GPSInfo] = {1: "N", 2: (48.0, 6.0, 9.0), 3: "W", 4: (1.0, 40.0, 46.0)}
    encoded = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(encoded, kind, exif=words.tobytes())
    content = encoded.getvalue()
    assert CAMERA.encode() in content
    return content


def says_more(content: bytes) -> set[int]:
    """What the picture says besides which side is up."""
    with Image.open(io.BytesIO(content)) as picture:
        words = picture.getexif()
        assert CAMERA.encode() not in content
        assert not words.get_ifd(ExifTags.IFD.GPSInfo)
        return set(words) - {ExifTags.Base.Orientation}


def png_with_words(words: str) -> bytes:
    """A PNG with a text of its own, as editors of pictures write them."""
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", words)
    encoded = io.BytesIO()
    Image.new("RGB", (9, 9), "teal").save(encoded, "PNG", pnginfo=text)
    return encoded.getvalue()


def huge_png(side: int = 20_000) -> bytes:
    """A few kilobytes that unfold into `side` × `side` pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return len(content).to_bytes(4) + checked + zlib.crc32(checked).to_bytes(4)

    header = side.to_bytes(4) * 2 + bytes([1, 0, 0, 0, 0])
    lines = zlib.compress(b"\0" * 4096, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    )
