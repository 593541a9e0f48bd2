"""What a signature is made of, and when one is good enough to be kept."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from training.enums import AttendanceMethod
from training.exceptions import DomainError
from training.models import HalfDay, Learner, Trainer

#: A stroke is a polyline; a point is [x, y], integers on a square of this size.
Stroke = list[list[int]]
STROKE_SPACE = 2000
MAX_STROKES = 100
MAX_POINTS = 4000
MAX_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a person gave to sign: a drawing (`strokes`), or a typed name with consent.

    `strokes`: polylines of [x, y] points, integers from 0 to 2000, no pressure and no speed: the
    gesture is not a biometric. `ip`, `user_agent` and `device` (hash of what a phone of the
    person carries) are kept with the erasable details.
    """

    signed_name: str = ""
    strokes: Sequence[Sequence[Sequence[int]]] | None = None
    consent: bool = False
    ip: str = ""
    user_agent: str = ""
    device: str = ""


#: Ways where the person may draw, or type their name with consent.
EITHER_WAY = frozenset(
    {
        AttendanceMethod.OWN_PHONE,
        AttendanceMethod.REMOTE,
        AttendanceMethod.PHONE_CONFIRMED,
        AttendanceMethod.LATE_STATEMENT,
    }
)


def check_signature(
    *, signature: Signature | None, method: str, person: Learner | Trainer
) -> dict[str, Any]:
    """The signature as erasable details, once it is fit for the method.

    Raises `DomainError`: `signature_missing`, `signature_too_large`, `signature_invalid`,
    `consent_missing`, `name_missing`, `name_differs`.
    """
    signature = signature or Signature()
    strokes: list[Stroke] | None = None
    name = " ".join(signature.signed_name.replace("\0", "").split())[:MAX_NAME]
    drawn = method == AttendanceMethod.DRAWN_ON_TRAINER_DEVICE
    if drawn or (method in EITHER_WAY and signature.strokes):
        strokes = _checked_strokes(signature.strokes)
        name = name or str(person)
    elif method in EITHER_WAY | {AttendanceMethod.TYPED_ON_TRAINER_DEVICE}:
        _check_typed(name, consent=signature.consent, person=person)
    details = {
        "signed_name": name,
        "strokes": strokes,
        "consent": bool(signature.consent),
        "ip": signature.ip[:45],
        "user_agent": signature.user_agent[:300],
    }
    if signature.device:
        details["device"] = signature.device
    return details


def presence_statement(half_day: HalfDay) -> str:
    """What a learner attests by signing: shown beside the signature and kept with it."""
    return f"J’atteste ma présence à la formation « {half_day.session.title} », {_when(half_day)}."


def lock_statement(half_day: HalfDay) -> str:
    """What a trainer attests by locking the half-day."""
    return (
        f"J’atteste avoir animé la formation « {half_day.session.title} », {_when(half_day)}, "
        "et l’exactitude des présences et absences indiquées."
    )


def _when(half_day: HalfDay) -> str:
    return f"le {half_day.day_words}, de {half_day.times_words}"


def _checked_strokes(strokes: Sequence[Sequence[Sequence[int]]] | None) -> list[Stroke]:
    if not strokes:
        raise DomainError("La signature est vide : signez dans le cadre.", code="signature_missing")
    if not isinstance(strokes, list | tuple) or not all(
        isinstance(stroke, list | tuple) for stroke in strokes
    ):
        raise _invalid()
    if len(strokes) > MAX_STROKES or sum(len(stroke) for stroke in strokes) > MAX_POINTS:
        raise DomainError(
            "Ce tracé est trop long pour être enregistré : effacez et signez plus simplement.",
            code="signature_too_large",
        )
    checked = [[_checked_point(point) for point in stroke] for stroke in strokes]
    if not any(len(stroke) >= 2 for stroke in checked):
        raise DomainError(
            "Un simple point n’est pas une signature : signez dans le cadre.",
            code="signature_missing",
        )
    return checked


def _checked_point(point: Sequence[int]) -> list[int]:
    if (
        not isinstance(point, list | tuple)
        or len(point) != 2
        or not all(type(value) is int and 0 <= value <= STROKE_SPACE for value in point)
    ):
        raise _invalid()
    return [point[0], point[1]]


def _invalid() -> DomainError:
    return DomainError(
        "Ce tracé n’a pas pu être lu : effacez et signez de nouveau.", code="signature_invalid"
    )


def _check_typed(name: str, *, consent: bool, person: Learner | Trainer) -> None:
    if not name:
        raise DomainError("Saisissez votre prénom et votre nom.", code="name_missing")
    if not consent:
        raise DomainError(
            "Cochez la case d’accord pour que votre nom vaille signature.", code="consent_missing"
        )
    typed = _words(name)
    last_names = [person.last_name, getattr(person, "birth_name", "")]
    wanted = [_words(last_name) for last_name in last_names]
    if not any(words and words <= typed for words in wanted):
        raise DomainError(
            f"Le nom saisi ne correspond pas à celui de {person} : "
            "saisissez le prénom et le nom de la personne qui signe.",
            code="name_differs",
        )


def _words(text: str) -> frozenset[str]:
    """The words of a name, without case, accents, hyphens or apostrophes."""
    folded = text.casefold().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", folded)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return frozenset(re.findall(r"\w+", bare))
