"""Texts as they are kept: what people type, paste or import, cleaned once at every door.

One function for each kind of text. They never refuse: what a text must hold is the affair of the
validators (`core.models.validators`), which read it once it is clean. Cleaning twice changes
nothing.
"""

import re
import unicodedata

from core.text import INVISIBLE

#: What a line ends with in a word processor, in a spreadsheet, on any machine.
_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
#: Spaces that French typography wants where they stand: kept in a text, not in a name.
_NO_BREAK = "\u00a0\u202f"
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
#: Joins two letters of a word in Arabic, in the scripts of India… and the parts of an emoji.
JOINERS = "\u200c\u200d"
#: Scripts whose spelling needs joiners: Arabic and its neighbours, India to Sri Lanka, Tibetan,
#: Burmese, Khmer, Mongolian.
_JOINED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00010d3f\U00011000-\U00011dff]"
)
_PICTURES = re.compile("[\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff]")
#: Of the category of formats, and yet seen: Arabic signs of numbering.
_SEEN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
#: Letters and pictures still to come in a newer Unicode than Python's: ideographs, emoji.
_TO_COME = re.compile("[\U00020000-\U0003fffd\U0001f000-\U0001faff]")
#: The bullet of a word processor, of a font that nobody else has.
_WORD_BULLET = "\uf0b7"
#: Everything that stands for a hyphen or a dash, as the hyphen of the keyboard.
_DASHES = re.compile("[\u02d7\u058a\u2010-\u2015\u2043\u2212\u2796\ufe58\ufe63\uff0d]")
#: Accents and primes typed for an apostrophe. The letters ʼ (Breton, Ukrainian) and ʻ (Hawaiian)
#: stay what they are.
_APOSTROPHES = re.compile("[`\u00b4\u02b9\u02c8\u2018\u201b\u2032\u2035\u1fbd\u1ffd\uff07]")


def lines(text: str) -> str:
    """A text of several lines: its lines end with « \\n », without a space before their end.

    Several spaces are one, but for those that begin a line. Spaces that do not break stay: they
    belong to French typography.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    parts = _LINE_END.sub("\n", text).split("\n")
    return "\n".join(map(_one_of_lines, parts)).strip()


def _one_of_lines(line: str) -> str:
    seen = _SPACES.sub(_space, _seen(line)).rstrip()
    start = len(line) - len(line.lstrip(" "))
    return " " * start + seen.lstrip() if start and seen else seen


def typeset_line(text: str) -> str:
    """One line as an editor lays it out: spaces that do not break stay, any other is a space."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACES.sub(_space, _seen(_LINE_END.sub(" ", text))).strip()


def _space(found: re.Match[str]) -> str:
    """One space for several; one that does not break stays where it is alone."""
    return found[0] if found[0] in _NO_BREAK else " "


def line(text: str) -> str:
    """One line, every kind of space taken as a space, one at a time."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_seen(_LINE_END.sub(" ", text)).split())


def name(text: str) -> str:
    """The name of a person, its letters and its capitals as they were typed.

    Any dash is the hyphen of the keyboard, an accent typed for an apostrophe is one: the name that
    comes from a word processor and the one that is typed are the same.
    """
    clean = line(text)
    if clean.isascii() and "`" not in clean:
        return clean
    clean = _APOSTROPHES.sub("’", _DASHES.sub("-", INVISIBLE.sub("", clean)))
    return unicodedata.normalize("NFC", " ".join(clean.split()))


def email(text: str) -> str:
    """An e-mail address, nothing in it that is not seen nor any space; its case as it was typed."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text
    written = INVISIBLE.sub("", text)
    seen = "".join(sign for sign in written if _is_seen(sign) and not sign.isspace())
    return unicodedata.normalize("NFC", seen)


_EXTENSION = re.compile(r"(?i)[ ,;(]*(?:poste|post|p\.|extension|ext\.?|#)\s*(\d{1,6})\)?$")
#: « (perso) », « (bureau) »: about the number, and no part of it.
_ABOUT = re.compile(r"\s*\([^()\d+]*[^\W\d_][^()\d+]*\)")
#: Figures of one number with the prefix of its country, and the sign before them (E.164).
_LONGEST_NUMBER = 16
#: No telephone number, and too much work for the patterns that look for one.
_FAR_FROM_A_NUMBER = 200
#: What the column of a telephone number holds.
PHONE_LENGTH = 20


def phone(text: str) -> str:
    """A telephone number, its figures grouped as they were typed where there is room for it.

    « 06 12 34 56 78 (perso) » loses what is said about it; an extension is « poste 12 ».
    """
    written = name(text)
    if len(written) > _FAR_FROM_A_NUMBER:
        return written
    written = _ABOUT.sub("", written).strip(" ,;:.")
    written = "".join(map(_figure, written))
    extension = _EXTENSION.search(written)
    if extension:
        written = f"{written[: extension.start()].strip()} poste {extension[1]}"
    if len(written) > PHONE_LENGTH and (extension or not re.search(r"[^\W\d_]", written)):
        number, label, inside = written.partition(" poste ")
        compact = re.sub(r"[\s.()/-]", "", number.replace("(0)", ""))
        if len(compact) > _LONGEST_NUMBER:
            return written  # two numbers in one field: the limit of the field says so
        written = re.sub(r"^(?:\+|00)33(?=[1-9]\d{8}$)", "0", compact) + label + inside
    return written


def number(text: str) -> str:
    """The figures of a SIRET or of a SIREN, however they were grouped."""
    compact = re.sub(r"[\s.\-_/]", "", "".join(map(_figure, name(text))))
    return unicodedata.normalize("NFC", compact)


def postcode(text: str) -> str:
    """A post code: five figures however they were grouped; another country's in capitals."""
    written = "".join(map(_figure, name(text)))
    compact = re.sub(r"[\s.]", "", written)
    return compact if re.fullmatch("[0-9]*", compact) else written.upper()


def _figure(sign: str) -> str:
    """The figure in the digits of the keyboard, whatever the script it was typed in."""
    figure = unicodedata.decimal(sign, None)
    return sign if figure is None else str(figure)


def _seen(text: str) -> str:
    """The text composed, without what nobody sees: controls, formats, halves of characters."""
    text = unicodedata.normalize("NFC", text.replace(_WORD_BULLET, "•"))
    if text.isprintable():
        return text
    return unicodedata.normalize(
        "NFC",
        "".join(
            sign
            for rank, sign in enumerate(text)
            if _is_seen(sign) or sign == "\t" or (sign in JOINERS and _joins(text, rank))
        ),
    )


def _is_seen(sign: str) -> bool:
    if sign.isprintable():
        return True
    category = unicodedata.category(sign)
    if category == "Cn":
        return _TO_COME.match(sign) is not None
    # Spaces are no « printable » characters; of the category of lines only ends of lines are left.
    return category == "Zs" or sign in _SEEN_FORMATS


def _joins(text: str, rank: int) -> bool:
    """Whether the joiner stands between two letters that may need it, or two parts of an emoji."""
    before, after = text[rank - 1 : rank], text[rank + 1 : rank + 2]
    if not before or not after:
        return False
    if _JOINED.match(before) and _JOINED.match(after):
        return unicodedata.category(before)[0] in "LM" and unicodedata.category(after)[0] in "LM"
    return bool(_PICTURES.match(before) and _PICTURES.match(after))
