"""Passwords that are guessed first are refused when they are chosen, and sentences are not."""

import pytest

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.passwords import common_words


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "motdepasse12",
        "MotDePasse2026!",
        "formateur123",
        "F0rmateur-2026",
        "Qualiopi-2026",
        "azertyuiop12",
        "AZERTY123456",
        "qsdfghjklmwxcvbn",
        "abcdefghijkl",
        "Camille.Nantes44",
        "soleilsoleil",
        "Secrétariat-2026",
        "aaaaaaaaaaaa",
        "1212121212ab",
    ],
)
def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "une longue phrase à moi",
        "quatre chevaux broutent dehors",
        "Le vélo de Marie grince sous la pluie",
        "xK9-vTr2-pQ7w",
        "Zg7mQp2xVb4t",
        "tournevis-brioche-hublot",
        # Three common words are a sentence; the English list refuses what it knows.
        "papillon citron camion",
    ],
)
def test_a_sentence_and_the_password_of_a_manager_pass(password):
    validate_password(password)


def test_the_list_is_written_as_it_is_read():
    words = common_words()
    assert len(words) > 300
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
