"""The invented stamp and signature of the demonstration, drawn here: nobody's."""

import io
import math

from PIL import Image, ImageDraw, ImageFont

from training.domain import house_pictures
from training.enums import PictureRole
from training.models import HousePicture

INK = "#1b2a55"


def stamp(lines: tuple[str, ...]) -> HousePicture:
    """A frame with these lines, as a rubber stamp prints them."""
    picture = Image.new("RGB", (640, 400), "white")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((8, 8, 631, 391), radius=36, outline=INK, width=9)
    pen.rounded_rectangle((26, 26, 613, 373), radius=24, outline=INK, width=3)
    height = 300 // len(lines)
    for rank, line in enumerate(lines):
        font = ImageFont.load_default(size=76 if rank == 0 else 54)
        pen.text((320, 50 + height * (rank + 0.5)), line, fill=INK, font=font, anchor="mm")
    return _kept(picture, PictureRole.STAMP)


def signature() -> HousePicture:
    """A stroke of the pen that spells no name."""
    picture = Image.new("RGB", (720, 340), "white")
    pen = ImageDraw.Draw(picture)
    points = [
        (
            60 + 560 * turn / 200 + 46 * math.sin(turn / 6),
            180 - (110 - turn * 0.45) * math.sin(turn / 9 + 0.6) * math.cos(turn / 31),
        )
        for turn in range(200)
    ]
    pen.line(points, fill=INK, width=8, joint="curve")
    pen.line([(90, 290), (340, 262), (650, 276)], fill=INK, width=6, joint="curve")
    return _kept(picture, PictureRole.SIGNATURE)


def _kept(picture: Image.Image, role: PictureRole) -> HousePicture:
    encoded = io.BytesIO()
    picture.save(encoded, "PNG")
    prepared = house_pictures.prepare(encoded.getvalue())
    return house_pictures.keep(picture=prepared, role=role, actor=None)
