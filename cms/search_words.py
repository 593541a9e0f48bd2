"""Words as they are searched for: without accents, endings and little words.

What pages store and what visitors type go through the same function, so that « coopératives »
finds « coopération » on every database.
"""

from functools import lru_cache
from threading import Lock

import snowballstemmer

from core.text import plain_words

#: They stand in every page, or are what is left of an elision.
_LITTLE = (
    "a ai au aux avec ce ces cet cette dans de des du elle en est et eux il ils je la le les leur "
    "leurs lui ma mais me mes moi mon ne nos notre nous on ou par pas plus pour qu que qui sa sans "
    "se ses si son sont sur ta te tes toi ton tu un une vos votre vous y"
)
LITTLE_WORDS = frozenset(_LITTLE.split())
#: A search has no use for more.
MOST_WORDS = 12

# A stemmer keeps the word that it works on: two threads must not share it.
_stemmer = snowballstemmer.stemmer("french")
_turn = Lock()


def stems(text: str) -> list[str]:
    """Stems of the words that mean something, in order, repetitions included."""
    return [stem(word) for word in plain_words(text) if len(word) > 1 and word not in LITTLE_WORDS]


def asked_stems(text: str) -> list[str]:
    """What a visitor looks for: each stem once, the first few."""
    return list(dict.fromkeys(stems(text)))[:MOST_WORDS]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its ending; expects a plain word.

    Twice: without its accents, « certifiées » keeps a letter too many the first time.
    """
    with _turn:
        return _stemmer.stemWord(_stemmer.stemWord(word))
