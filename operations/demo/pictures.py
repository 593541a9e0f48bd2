"""The invented stamp and signature of the demonstration, drawn for it: they are no one's."""

from pathlib import Path

from core.domain import pictures
from core.enums import PictureRole
from core.models import OrganisationPicture

FOLDER = Path(__file__).parent


def stamp() -> OrganisationPicture:
    """A rubber stamp, which says that it is one of demonstration."""
    return _kept("stamp.png", PictureRole.STAMP)


def signature() -> OrganisationPicture:
    """A stroke of the pen that spells no name."""
    return _kept("signature.png", PictureRole.SIGNATURE)


def _kept(name: str, role: PictureRole) -> OrganisationPicture:
    prepared = pictures.prepare((FOLDER / name).read_bytes())
    return pictures.keep(picture=prepared, role=role, actor=None)
