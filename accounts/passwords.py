"""Passwords that a person of France would try first are refused.

Django’s list of common passwords is that of English-speaking sites, and knows whole passwords: a
common word with a year or a digit behind it passes. Here, what is left once common French words
(`common_words.txt`, ours), rows of keys and figures are taken away must still be something.
"""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.core.exceptions import ValidationError

from accounts.models import User

#: One or two common words with figures around them are no password; three begin to be a sentence.
COMMON_WORDS = 2
#: Letters that must be left beside them.
OWN_LETTERS = 5
DIFFERENT_CHARACTERS = 6
#: Rows of keys in France and elsewhere, and what is counted or recited.
ROWS = (
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
)
ROW_LENGTH = 4
LOOKALIKES = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"})


class FrenchPasswordValidator:
    """Refuses what is made of common French words, rows of keys and figures."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError (`password_too_common`) when the password is easily guessed."""
        if len(set(password.casefold())) < DIFFERENT_CHARACTERS:
            raise ValidationError(
                "Ce mot de passe répète les mêmes caractères.", code="password_too_common"
            )
        plain = _unaccented(password)
        if any(_is_common(text) for text in (plain, plain.translate(LOOKALIKES))):
            raise ValidationError(
                "Ce mot de passe est trop facile à deviner : un mot courant suivi de chiffres, ou "
                "une suite de touches. Choisissez plutôt une phrase de quatre mots sans rapport "
                "entre eux.",
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """The rule, as a form may show it."""
        return "Ni un mot courant suivi de chiffres, ni une suite de touches."


def _is_common(text: str) -> bool:
    letters = re.sub(r"[^a-z]", "", text)
    words = 0
    for word in common_words():
        letters, times = re.subn(re.escape(word), " ", letters)
        # The same word twice is one word.
        words += bool(times)
    left = _without_rows(letters).replace(" ", "")
    return words <= COMMON_WORDS and len(left) < OWN_LETTERS


def _without_rows(letters: str) -> str:
    """The letters that do not follow each other on a row of keys, in one direction."""
    steps = {pair for row in ROWS for way in (row, row[::-1]) for pair in pairwise(way)}
    kept, run = "", letters[:1]
    for before, after in pairwise(letters):
        if (before, after) in steps:
            run += after
            continue
        kept, run = kept + ("" if len(run) >= ROW_LENGTH else run), after
    return kept + ("" if len(run) >= ROW_LENGTH else run)


@cache
def common_words() -> tuple[str, ...]:
    """The list, the longest first: « motdepasse » before « mot »."""
    path = Path(__file__).with_name("common_words.txt")
    words = {
        line.strip()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _unaccented(text: str) -> str:
    # `core.text` stands above this app.
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
