"""Texts are compared the same way whatever their letters, forms and invisible signs."""

import json
import sys
import unicodedata
from pathlib import Path

import pytest

from core.text import folded, lookup_key, plain_words, same_key

CASES: list[tuple[str, str]] = [
    (text, plain)
    for text, plain in json.loads(Path(__file__).with_name("folding.json").read_text("utf-8"))
]
#: Accents that stand alone: an apostrophe or a space for some, nothing for others.
ALONE = "\u00b4\u1fbd\u1fbf\u1fc0\u1fc1\u1fcd\u1fce\u1fcf\u1fdd\u1fde\u1fdf\u1fed\u1fee\u1ffd\u1ffe"


@pytest.mark.parametrize(("text", "plain"), CASES)
def test_a_text_is_folded_as_the_table_says(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize("text", [text for text, _plain in CASES])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_unicode_form_makes_no_difference(text: str, form: str) -> None:
    assert folded(unicodedata.normalize(form, text)) == folded(text)


def test_every_character_folds_the_same_in_any_case_and_form_and_only_once() -> None:
    wrong = []
    for sign in map(chr, range(sys.maxunicode + 1)):
        plain = folded(sign)
        same = [plain, sign.upper(), sign.lower()]
        if sign not in ALONE:
            same += [unicodedata.normalize(form, sign) for form in ("NFC", "NFD", "NFKC", "NFKD")]
        if any(folded(other) != plain for other in same):
            wrong.append(sign)
    assert wrong == []


def test_words_are_found_in_any_script() -> None:
    assert plain_words("L’Œuvre, n° 12 : Кузьмін — 王小明 !") == [
        *("l", "oeuvre", "n", "12", "кузьмін", "王小明")
    ]
    assert plain_words("हिन्दी") == ["हिन्दी"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jean-Pierre", "JEAN PIERRE"),
        ("O’Brien", "Obrien"),
        ("Œuvrard", "oeuvrard"),
        ("Кузьмін", "КУЗЬМІН"),
        ("Le\u0301na", "Léna"),
    ],
)
def test_two_spellings_of_a_name_are_one(one: str, other: str) -> None:
    assert same_key(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("", ""), ("?", "!"), ("?", "?"), ("\u200b", ""), ("Иван", "Пётр"), ("王", "李"), ("и", "й")],
)
def test_two_names_without_letters_or_with_others_are_never_the_same(one: str, other: str) -> None:
    assert not same_key(one, other)


def test_a_name_without_words_is_looked_up_by_its_signs() -> None:
    assert lookup_key("Le  Goff-Œuvrard") == "le goff oeuvrard"
    assert lookup_key("???") != lookup_key("!!!")
