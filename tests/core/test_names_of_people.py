"""A name is a name: neither a sentence nor an address, wherever it is given."""

import pytest

from django.core.exceptions import ValidationError

from core.models.validators import (
    validate_name_part,
    validate_public_name_part,
    validate_whole_name,
)
from exchange.domain.registers.values import person_name
from training.models import Learner

SENTENCE = "Votre compte est bloqué appelez le zéro neuf"
ADDRESSES = ["visitez spam.example", "https://exemple.test", "moi@exemple.test", "www exemple"]
CHECKS = [validate_name_part, validate_public_name_part, person_name]
NAMES = ["de La Tour du Pin", "N’Guyễn", "Le Goff-Kerléo", "J. R.", "Maria del Carmen"]


@pytest.mark.parametrize("value", [SENTENCE, *ADDRESSES])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sentence_or_an_address_is_no_name(check, value):
    with pytest.raises((ValidationError, ValueError)):
        check(value)


@pytest.mark.parametrize("value", NAMES)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_long_and_foreign_names_are_names(check, value):
    check(value)


def test_a_first_name_and_a_surname_in_one_field_may_be_longer():
    validate_whole_name("Marie Anne de La Tour du Pin")
    with pytest.raises(ValidationError):
        validate_whole_name(SENTENCE)


@pytest.mark.parametrize("name", ["first_name", "last_name", "birth_name"])
def test_the_record_of_a_learner_is_held_to_it(name):
    field = Learner._meta.get_field(name)
    with pytest.raises(ValidationError):
        field.run_validators(SENTENCE)
