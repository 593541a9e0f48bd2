"""Validators shared by the models of the domain."""

from stdnum.fr import siret

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

validate_postcode = RegexValidator(r"^\d{5}$", "Le code postal comporte 5 chiffres.")


def validate_siret(value: str) -> None:
    """Refuse a SIRET whose 14 digits or check digit are wrong."""
    if not siret.is_valid(value):
        raise ValidationError("Ce numéro SIRET n’est pas valide : 14 chiffres, clé comprise.")
