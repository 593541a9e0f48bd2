"""The invented stamp and signature of the demonstration, drawn for it: nobody's."""

from pathlib import Path

from training.domain import house_pictures
from training.enums import PictureRole
from training.models import HousePicture

FOLDER = Path(__file__).parent


def stamp() -> HousePicture:
    """A rubber stamp, which says that it is one of demonstration."""
    return _kept("stamp.png", PictureRole.STAMP)


def signature() -> HousePicture:
    """A stroke of the pen that spells no name."""
    return _kept("signature.png", PictureRole.SIGNATURE)


def _kept(name: str, role: PictureRole) -> HousePicture:
    prepared = house_pictures.prepare((FOLDER / name).read_bytes())
    return house_pictures.keep(picture=prepared, role=role, actor=None)
