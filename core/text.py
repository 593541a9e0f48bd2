"""Texts as they are compared: one folding for search, names, imports and masking.

`tests/text/folding.json` is its table of cases; what runs elsewhere (the device) must agree.
"""

import re
import unicodedata

#: Letters that Unicode does not take apart, in small letters: stroke, ligature, hook, dotless.
_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "þ": "th",
        "ŋ": "n",
        "ĸ": "k",
        "ə": "e",
        "ǝ": "e",
        "đ": "d",
        "ð": "d",
        "ɖ": "d",
        "ɗ": "d",
        "ħ": "h",
        "ı": "i",
        "ɨ": "i",
        "ȷ": "j",
        "ł": "l",
        "ƚ": "l",
        "ø": "o",
        "ɔ": "o",
        "ɵ": "o",
        "ŧ": "t",
        "ƭ": "t",
        "ƀ": "b",
        "ɓ": "b",
        "ƈ": "c",
        "ȼ": "c",
        "ɇ": "e",
        "ɛ": "e",
        "ƒ": "f",
        "ǥ": "g",
        "ɠ": "g",
        "ɉ": "j",
        "ƙ": "k",
        "ɲ": "n",
        "ƥ": "p",
        "ɍ": "r",
        "ʉ": "u",
        "ʋ": "v",
        "ƴ": "y",
        "ɏ": "y",
        "ƶ": "z",
        "ȥ": "z",
        "ß": "ss",
    }
)
#: Everything that is typed or printed for an apostrophe. Before decomposition: U+00B4 would become
#: a space.
_APOSTROPHES = str.maketrans(
    dict.fromkeys("`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035", "'")
    | dict.fromkeys("\u055a\u05f3\u1fbd\u1fbf\u1fef\u1ffd\ua78c\uff07", "'")
)
#: Dashes that are not of the category of dashes.
_DASHES = frozenset("\u02d7\u2043\u2212\u2796")
#: Invisible, and yet of the category of letters, marks or symbols.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
#: Accents of Latin, Greek and Cyrillic letters, vowel points of Hebrew and Arabic. The marks of
#: other scripts (voiced kana, vowels of Devanagari) make another letter, and stay.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
#: Cyrillic letters whose mark makes another letter (й, ї, ў): it stays. « ё » is read as « е »,
#: which is how Russian prints it, and stress marks go.
_OTHER_LETTERS = re.compile("([\u0438\u0443])\u0306|(\u0456)\u0308")
_KEPT = {"\u0438": "\u0439", "\u0443": "\u045e", "\u0456": "\u0457"}


def folded(text: str) -> str:
    """The text without case, accents or ligatures: « L’Œuvre réemployée », « l'oeuvre reemployee ».

    Whatever the Unicode form it came in. Special letters become plain ones (œ → oe, ß → ss, đ → d,
    ł → l, ø → o, þ → th…); letters of other scripts stay letters. Invisible and control characters
    are gone; any dash is « - », any apostrophe « ' », any white space one space, none at the ends.
    Never shown to people, and the same on every database. Folding twice changes nothing.
    """
    plain = text
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
        # Small letters may come apart again, and marks stand in another order.
        plain = unicodedata.normalize("NFKD", plain).translate(_APOSTROPHES)
        plain = INVISIBLE.sub("", plain)
        plain = "".join(map(_sign, plain))
        plain = _OTHER_LETTERS.sub(lambda found: _KEPT[found[1] or found[2]], plain)
        plain = unicodedata.normalize("NFC", _ACCENTS.sub("", plain).translate(_LETTERS))
    else:
        plain = "".join(map(_sign, text.casefold())).replace("`", "'")
    return " ".join(plain.split())


def _sign(sign: str) -> str:
    """One character, its dashes, spaces and invisible kind made the same."""
    if sign.isalnum():
        return sign
    if sign.isspace():
        return " "
    category = unicodedata.category(sign)
    if category in {"Cc", "Cf", "Cs"}:
        return ""
    return "-" if category == "Pd" or sign in _DASHES else sign


#: Figures of a primary key: more would not fit in the database, and would be an error there.
LONGEST_KEY = 18


def whole_number(text: str, *, longest: int = 9) -> int | None:
    """The number that the text writes in plain figures (0 to 9), None when it writes none.

    « ² » and « ٣ » are figures to Unicode, and no number to a program; a number of more than
    `longest` figures would not fit where it is kept.
    """
    plain = text.isascii() and text.isdecimal() and len(text) <= longest
    return int(text) if plain else None


#: Ignored at the head of a family name, folded.
PARTICLES = ("de ", "d'")


def is_of_word(sign: str) -> bool:
    """Whether the character is part of a word: a letter, a figure, a mark on one of them."""
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def plain_words(text: str) -> list[str]:
    """Words and figures of the text, in order, folded; in any script."""
    return "".join(sign if is_of_word(sign) else " " for sign in folded(text)).split()


def lookup_key(text: str) -> str:
    """What a name is looked up by: its folded words with a space between them.

    A text without any word keeps its signs: « ??? » and « !!! » do not become the same nothing.
    Empty only for a text in which nothing is seen.
    """
    return " ".join(plain_words(text)) or folded(text)


def same_key(one: str, other: str) -> bool:
    """Whether two names have the same letters, whatever stands between them: « Jean-Pierre » and
    « jean pierre ». A name without any letter or figure is the same as no other, itself included.
    """
    letters = "".join(plain_words(one))
    return bool(letters) and letters == "".join(plain_words(other))


def sort_key(last_name: str, first_name: str = "") -> str:
    """What a person's name is sorted by, in French order, the same on every database.

    Word by word, whatever the case, accents, hyphens or apostrophes. The particles « de » and
    « d’ » are ignored, as in French directories (Villiers (de) under V, Hérouville (d’) under H);
    « Le », « La », « Du » and « Des » belong to the name. Other scripts come after Latin letters.
    Compared by code point: the column that holds it must have no collation of a language.
    """
    return f"{_sorted_words(last_name, particles=PARTICLES)}\t{_sorted_words(first_name)}"


def title_key(name: str) -> str:
    """What the name of a company or of any other body is sorted by: likewise, no word ignored."""
    return _sorted_words(name)


def _sorted_words(text: str, *, particles: tuple[str, ...] = ()) -> str:
    """The folded words with a space between them; an apostrophe joins what it stands between.

    Of a leading particle, nothing, unless the name is nothing else. A text without any word keeps
    its signs.
    """
    plain = folded(text)
    words = " ".join(
        "".join(sign if is_of_word(sign) or sign == "'" else " " for sign in plain).split()
    )
    for particle in particles:
        if words.startswith(particle) and is_of_word(words[len(particle) :][:1] or " "):
            words = words.removeprefix(particle)
            break
    return " ".join(words.replace("'", "").split()) or plain
