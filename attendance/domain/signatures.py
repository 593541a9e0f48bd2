"""What a signature is made of, and when one is good enough to be kept."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attendance.enums import EITHER_WAY, AttendanceMethod
from core.exceptions import DomainError
from core.text import plain_words
from training.models import HalfDay, Learner, Trainer

#: A stroke is a polyline; a point is [x, y], integers on a square of this size.
Stroke = list[list[int]]


STROKE_SPACE = 2000


MAX_STROKES = 100


MAX_POINTS = 4000


MAX_NAME = 200


#: Small words at the head of family names, folded: alone, none of them says who it is.
PARTICLES = frozenset(
    {
        *("d", "da", "dal", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos"),
        *("du", "e", "l", "la", "las", "le", "les", "lo", "los", "van", "vom", "von", "y", "zu"),
        *("zum", "zur"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a person gave to sign: a drawing (`strokes`), or a typed name with consent.

    `strokes`: polylines of [x, y] points, integers from 0 to 2000, no pressure and no speed: the
    movement is not a biometric. `ip`, `user_agent` and `device` (hash of what a phone of the
    person carries) are kept with the erasable details.
    """

    signed_name: str = ""
    strokes: Sequence[Sequence[Sequence[int]]] | None = None
    consent: bool = False
    ip: str = ""
    user_agent: str = ""
    device: str = ""


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
        _check_typed(
            name,
            consent=signature.consent,
            person=person,
            trainer_is_there=method == AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
        )
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


def names_the_person(text: str, person: Learner | Trainer, *, trainer_is_there: bool) -> bool:
    """Whether a name as it was typed is that of the person who signs.

    On the trainer's device, in front of them, one word of the family name is enough (usage or
    birth name; a particle alone is none): « Villiers » for « de Villiers-Beauregard ». Elsewhere
    nobody sees who types, and all the words of one of these names are asked for.
    `tests/attendance/typed_names.json` is the table of cases, the device's included.
    """
    typed = frozenset(plain_words(text))
    if trainer_is_there:
        return bool(typed & telling_words(person))
    return any(words <= typed for words in _family_names(person))


def telling_words(person: Learner | Trainer) -> frozenset[str]:
    """The words of which one says who the person is, folded."""
    return frozenset().union(*(words - PARTICLES or words for words in _family_names(person)))


def telling_keys(person: Learner | Trainer, *, salt: str) -> list[str]:
    """The same words for a device, without writing a birth name there: cut SHA-256, sorted."""
    return sorted(
        hashlib.sha256(f"{salt}:{word}".encode()).hexdigest()[:16] for word in telling_words(person)
    )


def _family_names(person: Learner | Trainer) -> list[frozenset[str]]:
    names = [person.last_name, getattr(person, "birth_name", "")]
    return [words for name in names if (words := frozenset(plain_words(name)))]


def _check_typed(
    name: str, *, consent: bool, person: Learner | Trainer, trainer_is_there: bool
) -> None:
    if not name:
        raise DomainError("Saisissez votre prénom et votre nom.", code="name_missing")
    if not consent:
        raise DomainError(
            "Cochez la case d’accord pour que votre nom vaille signature.", code="consent_missing"
        )
    if not names_the_person(name, person, trainer_is_there=trainer_is_there):
        raise DomainError(
            f"Le nom saisi ne correspond pas à celui de {person} : "
            "saisissez le prénom et le nom de la personne qui signe.",
            code="name_differs",
        )
