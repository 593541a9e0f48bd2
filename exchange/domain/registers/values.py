"""What offices type in cells, turned into values; a `ValueError` carries a French sentence."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from stdnum.exceptions import ValidationError as NumberRefused
from stdnum.fr import siret as siret_numbers

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from core import cleaning
from core.models.validators import validate_name_part
from core.text import plain_words, whole_number

#: Kept in lower case inside a name: « de La Tour », « Van der Linden ». « Du », « Le », « La »
#: and « Des » take a capital, as French typography wants.
LOWER_PARTICLES = {"de", "der", "den"}
#: Words that say how a name came, between two of them: « Dupont épouse Martin ».
BETWEEN_NAMES = {
    "né", "née", "nee", "épouse", "epouse", "ép.", "ep.", "veuve", "vve", "dit", "dite",
}  # fmt: skip
#: Elided before a name that keeps its capital: « Dell’Arte », « De’Amicis », « Sant’Anna ».
ELIDED = re.compile(r"\b((?:[ABD-Z]|De|Dell|Dall|Sant)['’])(\w)(?=\w)")
SHEET_ERRORS = {
    "#N/A", "#REF!", "#VALUE!", "#VALEUR!", "#NAME?", "#NOM?", "#DIV/0!", "#NUM!", "#NOMBRE!",
    "#NULL!", "#NUL!",
}  # fmt: skip
DATE_PATTERNS = (
    re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ]00:00(?::00)?)?"),
)
LARGEST_AMOUNT = Decimal("99999999.99")


def text(value: object) -> str:
    """A cell as one clean line (`core.cleaning.line`).

    A whole number that the spreadsheet holds as 12.0 is « 12 ». Raises ValueError for the error
    of a formula.
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = cleaning.line(str(value))
    if written in SHEET_ERRORS:
        raise ValueError(f"la cellule contient une erreur du tableur ({written})")
    return written


@lru_cache(maxsize=20_000)
def fold(written: str) -> str:
    """A text to compare by: no accent, no case, no punctuation, single spaces."""
    return " ".join(plain_words(written))


def quote(value: object) -> str:
    """The cell as the error message repeats it, cut short."""
    written = " ".join(str(value).split())
    return f"« {written[:40]}{'…' if len(written) > 40 else ''} »"


def proper_case(name: str) -> str:
    """A name typed all in capitals (or all in small letters) with its capitals put right.

    « LE GOFF » → « Le Goff », « JEAN-PIERRE » → « Jean-Pierre », « D’ORNANO » → « d’Ornano »,
    « O’BRIEN » → « O’Brien », « MARTIN (NÉE DURAND) » → « Martin (née Durand) ». A name that
    already mixes both is left as its owner writes it.
    """
    letters = [character for character in name if character.isalpha()]
    if len(letters) < 2 or not (name.isupper() or name.islower()):
        return name
    # « İ » is written in Turkish alone, where « I » is the capital of « ı ».
    turkish = "İ" in name
    words = (name.replace("I", "ı").replace("İ", "i") if turkish else name).lower().split(" ")
    written = " ".join(
        _proper_word(word, first=rank == 0, alone=len(words) == 1)
        for rank, word in enumerate(words)
    )
    if not turkish:
        return written
    return "".join(
        {"I": "İ"}.get(proper, proper) if small == "i" else proper
        for small, proper in zip(" ".join(words), written, strict=True)
    )


def _proper_word(word: str, *, first: bool, alone: bool) -> str:
    if word in LOWER_PARTICLES and not alone:
        return word
    if word.removeprefix("(") in BETWEEN_NAMES and not first:
        return word
    elided = re.match(r"d(['’])(.+)", word)
    if elided:
        return f"d{elided[1]}{_capitals(elided[2])}"
    return _capitals(word)


def _capitals(word: str) -> str:
    """A capital at the start, after each hyphen, after « O’ » or « L’ », and in « McDonald », but
    never inside the Breton « c’h »: « Floc’h »."""
    word = re.sub(r"(^|[-.(])(\w)", lambda found: found[1] + found[2].upper(), word)
    # « Mch… » is more often of the Maghreb (Mchich) than of Ireland (McHugh).
    word = re.sub(r"\bMc([^\Wh])(?=\w{2})", lambda found: "Mc" + found[1].upper(), word)
    return ELIDED.sub(lambda found: found[1] + found[2].upper(), word)


def person_name(value: object) -> str:
    """A first or last name, its capitals put right."""
    written = cleaning.name(text(value))
    if not written:
        return ""
    if written[0] in "=+-@" or not any(character.isalpha() for character in written):
        raise ValueError(f"{quote(written)} n’est pas un nom")
    try:
        validate_name_part(written)
    except ValidationError:
        # A sentence or an address, which a mail of ours would carry.
        raise ValueError(f"{quote(written)} n’est pas un nom") from None
    return proper_case(written)


def email(value: object) -> str:
    """An e-mail address in lower case."""
    written = cleaning.email(text(value)).lower().removeprefix("mailto:")
    if written:
        try:
            validate_email(written)
        except ValidationError:
            raise ValueError(f"{quote(written)} n’est pas une adresse de courriel valide") from None
    return written


def digits(value: object, *, length: int, shortest: int, what: str) -> str:
    """Exactly `length` digits; a number keeps the zeros that the spreadsheet dropped in front.

    `shortest`: the fewest digits that may be left once leading zeros are lost.
    """
    written = cleaning.number(text(value))
    if not written:
        return ""
    if len(written) < shortest or whole_number(written, longest=length) is None:
        raise ValueError(f"{quote(value)} : {what} comporte {length} chiffres")
    return written.zfill(length)


def postcode(value: object) -> str:
    """Five digits, from 01000 to 98999."""
    written = digits(value, length=5, shortest=4, what="un code postal")
    if written and not "01000" <= written <= "98999":
        raise ValueError(f"{quote(value)} n’est pas un code postal français")
    return written


def siret(value: object) -> str:
    """Fourteen digits whose key is right."""
    compact = cleaning.number(text(value))
    if len(compact) == 9 and whole_number(compact) is not None:
        raise ValueError(f"{quote(value)} : 9 chiffres sont un SIREN, le SIRET en compte 14")
    written = digits(value, length=14, shortest=12, what="un SIRET")
    if written:
        try:
            siret_numbers.validate(written)
        except NumberRefused:
            raise ValueError(f"{quote(value)} n’est pas un SIRET valide (clé fausse)") from None
    return written


def phone(value: object) -> str:
    """A telephone number: ten digits that start with 0, or « + » and the digits of another
    country; an extension stays behind it: « 0240123456 poste 12 »."""
    number, label, extension = cleaning.phone(text(value)).partition(" poste ")
    # « +33 (0)6 » says the zero that is dialled inside the country alone.
    written = re.sub(r"[\s.\-_/()]", "", re.sub(r"(?<=\d)\s*\(0\)", "", number))
    if not written:
        return ""
    if written.startswith("00"):
        written = f"+{written[2:]}"
    if written.startswith("+33"):
        written = "0" + written[3:].removeprefix("0")
    elif re.fullmatch(r"33[1-9]\d{8}", written):
        written = f"0{written[2:]}"
    elif re.fullmatch(r"[1-9]\d{8}", written):
        # The spreadsheet took it for a number and dropped the zero.
        written = f"0{written}"
    whole = f"{written}{label}{extension}"
    if len(whole) <= cleaning.PHONE_LENGTH and (
        re.fullmatch(r"0[1-9]\d{8}", written) or re.fullmatch(r"\+[1-9]\d{7,14}", written)
    ):
        return whole
    raise ValueError(
        f"{quote(value)} n’est pas un numéro de téléphone : écrivez 10 chiffres, ou « + » et les "
        "chiffres d’un autre pays"
    )


def date(value: object) -> dt.date | None:
    """A day, from a date cell or from « 31/12/2026 » or « 2026-12-31 »."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    written = text(value)
    if not written:
        return None
    for pattern in DATE_PATTERNS:
        if found := pattern.fullmatch(written):
            try:
                return dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                raise ValueError(f"{quote(value)} : cette date n’existe pas") from None
    raise ValueError(f"{quote(value)} n’est pas une date ; écrivez par exemple 31/12/2026")


def birth_date(value: object) -> dt.date | None:
    """A day of birth: in the past, and less than 120 years ago."""
    day = date(value)
    today = timezone.localdate()
    if day is not None and not dt.date(today.year - 120, 1, 1) <= day <= today:
        raise ValueError(f"{day:%d/%m/%Y} n’est pas une date de naissance possible")
    return day


def amount(value: object) -> Decimal | None:
    """Euros, from « 1 260,00 € », « 420 » or « 840.00 »; never negative."""
    written = re.sub(r"\s", "", text(value))
    written = re.sub(r"(?i)(€|eur|euros|ht)+$", "", written)
    if not written:
        return None
    if "," in written and "." in written:
        # The last sign separates the cents; the other one, the thousands.
        thousands = "." if written.rfind(",") > written.rfind(".") else ","
        written = written.replace(thousands, "")
    written = written.replace(",", ".")
    try:
        if not re.fullmatch(r"\d+(\.\d+)?", written):
            raise InvalidOperation
        euros = Decimal(written).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError(f"{quote(value)} n’est pas un montant en euros") from None
    if euros > LARGEST_AMOUNT:
        raise ValueError(f"{quote(value)} : ce montant est trop grand")
    return euros


def title(value: object) -> str:
    """« M. » or « Mme » for the usual spellings, any other short form as it is."""
    written = text(value)
    key = fold(written)
    if key in {"m", "mr", "monsieur"}:
        return "M."
    if key in {"mme", "madame", "mlle", "mademoiselle"}:
        return "Mme"
    return written
