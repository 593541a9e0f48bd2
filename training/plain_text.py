"""Texts as they are compared: without accents, without capitals, without ligatures."""

import re
import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"})
WORD = re.compile(r"[a-z0-9]+")


def plain(text: str) -> str:
    """« L’Œuvre réemployée » → « l'oeuvre reemployee »: the same on every database."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(LIGATURES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def plain_words(text: str) -> list[str]:
    """Words and figures of the text, in order, in their plain form."""
    return WORD.findall(plain(text))
