"""Free texts in tables: names of the people trained, addresses and numbers are masked."""

import re
import unicodedata
from collections.abc import Iterable

from training.models import Learner

MASK = "[nom]"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<!\d)(?:\+33|0)(?:[\s.\u00a0\u202f-]?\d){9}(?!\d)")
_WORD = re.compile(r"[^\W_]+")
#: Parts of names that are words of every sentence.
_PARTICLES = frozenset({"de", "des", "du", "la", "le", "les", "van", "von", "ben", "ould"})


def name_words(learners: Iterable[Learner]) -> frozenset[str]:
    """Every word of the names of these people, without case or accents."""
    words = {
        fold(word)
        for learner in learners
        for name in (learner.first_name, learner.last_name, learner.birth_name)
        for word in _WORD.findall(name)
    }
    return frozenset(word for word in words if len(word) > 1 and word not in _PARTICLES)


def masked(text: str, names: frozenset[str]) -> str:
    """The text without these names, nor any e-mail address or telephone number."""
    text = _PHONE.sub("[téléphone]", _EMAIL.sub("[adresse]", text))
    return _WORD.sub(lambda found: MASK if fold(found[0]) in names else found[0], text)


def fold(word: str) -> str:
    """A word without case or accents."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
