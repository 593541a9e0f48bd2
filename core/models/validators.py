"""Validators shared by the models of the domain."""

import re

from stdnum.fr import siret

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

validate_postcode = RegexValidator(r"^\d{5}$", "Le code postal comporte 5 chiffres.")


#: Words of a first name or of a surname: « de La Tour du Pin » has five.
NAME_WORDS = 5


def validate_name_part(value: str) -> None:
    """Refuse a sentence or an address in the place of a first name or a surname.

    Names are printed in mails that the organisation signs: whoever gives one, on the site, in the
    back office or in a register, must not be able to make it say something else.
    """
    if len(value.split()) > NAME_WORDS:
        raise ValidationError(f"Un nom a {NAME_WORDS} mots au plus : écrivez le nom seul.")
    if re.search(r"[/@:<>]|\.\w|www", value, re.IGNORECASE):
        raise ValidationError("Un nom ne contient ni adresse ni lien.")


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
