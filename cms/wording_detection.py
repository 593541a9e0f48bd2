"""What the texts of a course claim: a recognition, or that there is no prerequisite."""

import re
from collections.abc import Iterable

from cms.search_words import stem
from core.text import plain_words

#: Where one thought ends and another begins.
CLAUSE = re.compile(r"[.,;:!?()\n]")


#: « ni diplôme », « pas éligible au CPF »: a page that denies a thing does not claim it.
DENIALS = frozenset({"aucun", "aucune", "jamais", "ni", "non", "pas", "sans"})


DENIAL_REACH = 3  # words before the expression


#: « RNCP 38 587 », « RS5123 »: the code of a registered certification.
REGISTERED_CODE = re.compile(r"\b(?:RNCP|RS)\W{0,3}\d[\d\s]{1,7}", re.IGNORECASE)


def claims(texts: Iterable[str], watched: Iterable[str]) -> list[str]:
    """Expressions that the texts claim: each written at least once without being denied."""
    clauses = [_stems(clause) for text in texts for clause in CLAUSE.split(text)]
    return [words for words in watched if any(_claimed(_stems(words), in_) for in_ in clauses)]


def _claimed(expression: list[str], clause: list[str]) -> bool:
    size = len(expression)
    return any(
        clause[start : start + size] == expression
        and not DENIALS & set(clause[max(0, start - DENIAL_REACH) : start])
        for start in range(len(clause) - size + 1)
        if size
    )


def _stems(text: str) -> list[str]:
    return [word if word in DENIALS else stem(word) for word in plain_words(text)]


SENTENCE = re.compile(r"[.;!\n]")


NO_PREREQUISITES = {
    "aucun",
    "aucun prerequis",
    "aucun pre requis",
    "aucun prerequis particulier",
    "aucun prerequis n est demande",
    "aucun prerequis n est necessaire",
    "pas de prerequis",
    "sans prerequis",
}


def says_no_prerequisites(text: str) -> bool:
    """Whether the first sentence says that there is none: « Aucun prérequis. Venir à deux… »."""
    first = SENTENCE.split(text.strip(), maxsplit=1)[0]
    return " ".join(plain_words(first)) in NO_PREREQUISITES


def refusal_of(claimed: list[str]) -> str:
    """The sentence shown to the person who publishes."""
    listed = ", ".join(f"«\u00a0{words}\u00a0»" for words in claimed)
    return (
        f"La page dit {listed} alors qu’elle ne mène à aucune certification enregistrée (RNCP ou "
        "RS)\u202f: corrigez le texte, ou écrivez pourquoi ce n’est pas trompeur."
    )
