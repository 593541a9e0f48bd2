"""Free texts in tables: names of the people trained, e-mails and telephone numbers are masked."""

import re
import unicodedata
from collections.abc import Iterable

from core.text import folded, is_of_word, plain_words
from training.models import Learner

MASK = "[nom]"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Between two digits: a space, a dot, any dash, or what is not seen.
_BETWEEN = r"[\s./()\-\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212\ufeff]{0,3}"
_PHONE = re.compile(rf"(?<!\d)(?:(?:\+|00)33{_BETWEEN}0?|0)(?:{_BETWEEN}\d){{9}}(?!\d)")
#: Signs that stand inside a name: « Jean-Pierre », « O’Brien », « Floc’h ».
_LINKS = frozenset("-'")
#: Chinese, Japanese and the scripts of South-East Asia put no space between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
#: Parts of names that are words of every sentence.
_PARTICLES = frozenset({"de", "des", "du", "la", "le", "les", "van", "von", "ben", "ould"})
#: What stands before an apostrophe in every sentence: « d’une » is not Mme Dune.
_ELISIONS = frozenset({"c", "d", "j", "l", "m", "n", "qu", "s", "t"})


def name_words(learners: Iterable[Learner]) -> frozenset[str]:
    """Every word of the names of these people, folded, and their names written as one word."""
    words: set[str] = set()
    for learner in learners:
        for name in (learner.first_name, learner.last_name, learner.birth_name):
            parts = plain_words(name)
            words.update(parts)
            words.add("".join(parts))
    # A single letter is no name; a single ideogram or syllable is one.
    return frozenset(
        word for word in words if (len(word) > 1 or word >= "\u2e80") and word not in _PARTICLES
    )


def masked(text: str, names: frozenset[str]) -> str:
    """The text without these names, nor any e-mail address or telephone number.

    A name is known whatever its case, accents, ligatures, script, Unicode form, or the invisible
    signs put in it. The rest of the text is left as it was written.
    """
    text = _PHONE.sub("[téléphone]", _EMAIL.sub("[adresse]", text))
    unspaced = sorted(filter(_UNSPACED.search, names), key=lambda name: (-len(name), name))
    return "".join(_masked_run(run, names, unspaced) for run in _runs(text, _LINKS))


def _masked_run(run: str, names: frozenset[str], unspaced: list[str]) -> str:
    """Words linked together, masked as a whole or one by one."""
    parts = plain_words(run)
    if len(parts) > 1 and parts[0] not in _ELISIONS and "".join(parts) in names:
        return MASK
    return "".join(_masked_word(word, names, unspaced) for word in _runs(run, frozenset()))


def _masked_word(word: str, names: frozenset[str], unspaced: list[str]) -> str:
    plain = folded(word)
    if plain in names:
        return MASK
    if _UNSPACED.search(plain):
        found = plain
        for name in unspaced:
            found = found.replace(name, MASK)
        if found != plain:
            return found
    return word


def _runs(text: str, links: frozenset[str]) -> Iterable[str]:
    """The text cut into words and what stands between them; `links` do not end a word.

    Invisible signs and marks belong to the word in which they stand.
    """
    run, inside = "", False
    for sign in text:
        seen = " " if sign.isspace() else folded(sign)
        if seen and not _is_mark(sign):
            begins = is_of_word(seen[0])
            if begins != inside and not (inside and seen in links):
                yield run
                run, inside = "", begins
        run += sign
    yield run


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"
