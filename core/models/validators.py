"""Validators shared by the models of the domain."""

import re
import unicodedata

from stdnum.fr import siret

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from core.cleaning import JOINERS

validate_postcode = RegexValidator(r"^\d{5}$", "Le code postal comporte 5 chiffres.")


#: Words of a first name or of a surname: « de La Tour du Pin » has five.
NAME_WORDS = 5
#: Words of a first name and a surname together.
WHOLE_NAME_WORDS = 7
#: Signs of a name beside its letters: « J.-P. », « Martin (née Durand) », « M. & Mme Martin ».
_NAME_SIGNS = frozenset(" -'’·.,()&")


def validate_name_part(value: str) -> None:
    """Refuse a sentence or an address in the place of a first name or a surname.

    Names are printed in mails that the organisation signs: whoever gives one, on the site, in the
    back office or in a register, must not be able to make it say something else.
    """
    _refuse_sentence(value, NAME_WORDS)
    _refuse_address(value)


def validate_public_name_part(value: str) -> None:
    """The same where anybody writes: letters, and the signs of a name alone."""
    validate_name_part(value)
    _refuse_signs(value)


def validate_whole_name(value: str) -> None:
    """The same for a first name and a surname in one field."""
    _refuse_sentence(value, WHOLE_NAME_WORDS)
    _refuse_address(value)
    _refuse_signs(value)


def _refuse_address(value: str) -> None:
    if re.search(r"[/@:<>]|www", value, re.IGNORECASE):
        raise ValidationError("Un nom ne contient ni adresse ni lien.")
    # « J.P. » and « J.-P. » are initials; two letters after a point may be the end of an address.
    if re.search(r"\.\w\w", value):
        raise ValidationError(
            "Un nom ne contient ni adresse ni lien : après un point, mettez une espace."
        )


def _refuse_sentence(value: str, words: int) -> None:
    if len(value.split()) > words:
        raise ValidationError(f"Un nom a {words} mots au plus : écrivez le nom seul.")


def _refuse_signs(value: str) -> None:
    """Say which sign is none of a name."""
    for sign in value:
        category = unicodedata.category(sign)[0]
        if category == "N":
            raise ValidationError(f"Un nom n’a pas de chiffre : retirez « {sign} ».")
        if category not in "LM" and sign not in _NAME_SIGNS and sign not in JOINERS:
            raise ValidationError(f"Un nom n’a pas ce signe : retirez « {sign} ».")
    if not any(map(str.isalpha, value)):
        raise ValidationError("Écrivez le nom avec des lettres.")


#: Figures of a telephone number, with the prefix of its country (E.164) or without.
PHONE_FIGURES = range(6, 16)


def validate_phone(value: str) -> None:
    """Refuse what cannot be called: any country, an extension as « poste 12 »."""
    number, _, _ = value.partition(" poste ")
    wrong = re.search(r"[^\d .()/+-]", number)
    if wrong:
        raise ValidationError(f"Un numéro de téléphone n’a pas ce signe : retirez « {wrong[0]} ».")
    figures = sum(map(str.isdecimal, number))
    if figures not in PHONE_FIGURES or "+" in number.lstrip(" (")[1:]:
        raise ValidationError(
            "Ce numéro ne semble pas être un numéro de téléphone. Exemples : 06 12 34 56 78, "
            "+32 470 12 34 56."
        )


def validate_siret(value: str) -> None:
    """Refuse a SIRET whose 14 digits or check digit are wrong."""
    if not siret.is_valid(value):
        raise ValidationError("Ce numéro SIRET n’est pas valide : 14 chiffres, clé comprise.")


#: Text on its ground, to be read by everybody (WCAG 2.1, 1.4.3).
LEAST_CONTRAST = 4.5


def contrast_on_white(colour: str) -> float:
    """Contrast of `#rrggbb` on white paper, from 1 to 21 (WCAG 2.1, relative luminance)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16)) for start in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: int) -> float:
    share = channel / 255
    return float(share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4)


def validate_print_colour(value: str) -> None:
    """Refuse what is not `#rrggbb`, and what is too pale to be read on white."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValidationError("Une couleur s’écrit avec un dièse et six signes : #1f5b3a.")
    contrast = contrast_on_white(value)
    if contrast < LEAST_CONTRAST:
        # Never rounded up to the very limit that it misses.
        found = f"{int(contrast * 10) / 10}".replace(".", ",")
        raise ValidationError(
            f"Cette couleur est trop pâle pour être lue sur du papier blanc : son contraste est de "
            f"{found} pour 1, il en faut 4,5 pour 1. Choisissez-en une plus foncée."
        )
