"""The code of a session: what it may be made of, and the nearest right one."""

import re

from django.core.exceptions import ValidationError

from core.converters import PLAIN
from core.text import folded

#: An agreement's reference is the code and a rank (« S-2026-01-A001 »), of thirty signs at most.
LONGEST = 24


def typed_code(written: str) -> str:
    """The code without its spaces, in capitals: spaces and case do not make two codes."""
    return "".join(written.split()).upper()


def nearest_code(written: str) -> str:
    """The code that the words come closest to: « TL-2026-08 » for « TL/2026-08 ».

    In capitals. Empty when none of the words can be kept.
    """
    return _fit(re.sub(r"[^a-z0-9._-]+", "-", folded(written)).upper())


def validate_session_code(code: str) -> None:
    """Refuse what could not stand in a URL, in a header, in the name of a file or of a folder.

    Raises `ValidationError` (`session_code`) with the nearest right code.
    """
    if PLAIN.fullmatch(code) and len(code) <= LONGEST:
        return
    if PLAIN.fullmatch(code):
        sentence = f"Ce code est trop long : {LONGEST} signes au plus."
    else:
        sentence = (
            "Ce code servira d’adresse de page et de nom de fichier : il ne peut avoir que des "
            "lettres sans accent, des chiffres, des traits d’union, des points et des tirets bas, "
            "avec une lettre ou un chiffre au début et à la fin."
        )
    if nearest := nearest_code(code):
        sentence += f" Par exemple : « {nearest} »."
    raise ValidationError(sentence, code="session_code")


def _fit(code: str) -> str:
    return code.strip("._-")[:LONGEST].strip("._-")
