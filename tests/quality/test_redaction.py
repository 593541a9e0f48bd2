"""Names are masked in the free texts of a pack, however they are written there."""

import unicodedata

import pytest

from quality.domain.pack.redaction import masked, name_words
from training.models import Learner


def hidden(text: str, *names: tuple[str, str]) -> str:
    return masked(
        text, name_words(Learner(first_name=first, last_name=last) for first, last in names)
    )


@pytest.mark.parametrize(
    ("last_name", "written"),
    [
        ("Lecœur", "LECOEUR"),
        ("Lecoeur", "Lecœur"),
        ("Læssøe", "laessoe"),
        ("Griﬃn", "Griffin"),
        ("Weiß", "WEISS"),
        ("Weiss", "Weiß"),
        ("Łukasik", "Lukasik"),
        ("Đặng", "Dang"),
        ("Øster", "Oster"),
        ("Guéguen", unicodedata.normalize("NFD", "GUÉGUEN")),
        ("Dupont", "Du\u00adpont"),
        ("Dupont", "Du\u200dpo\u200bnt\ufeff"),
        ("Dupont", "\U0001d403\U0001d42e\U0001d429\U0001d428\U0001d427\U0001d42d"),
        ("O’Brien", "O´Brien"),
        ("O’Brien", "OBrien"),
        ("Leflo", "Le\u2011Flo"),
        ("Jean-Marie", "Jean\u2013Marie"),
        ("Кузьмін", "КУЗЬМІН"),
        ("Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ"),
        ("Yıldız", "YILDIZ"),
        ("王", "王"),
        ("김", unicodedata.normalize("NFD", "김")),
    ],
)
def test_a_name_is_masked_in_any_spelling(last_name: str, written: str) -> None:
    said = hidden(f"Merci à {written}, bravo.", ("Zoé", last_name))
    assert "[nom]" in said
    assert set(said.replace("[nom]", "")) <= set("Merci à O’´–\u2011-, bravo.")


def test_a_name_is_masked_where_no_space_parts_the_words() -> None:
    assert hidden("感谢王小明老师", ("小明", "王")) == "感谢[nom][nom]老师"


def test_the_rest_is_left_as_it_was_written() -> None:
    text = "L’été d’une équipe\u00a0: cœur, Weißbier, e\u0301cole — le «\u00a0bon\u00a0» Durandal."
    assert (
        hidden(text, ("Zoé", "Durand"), ("Le", "Bonnet"), ("Ève", "Dune"), ("Al", "de La")) == text
    )


@pytest.mark.parametrize(
    "number",
    [
        "06 39 98 00 01",
        "06\u201139\u201198\u201100\u201101",
        "+33 (0)6.39.98.00.01",
        "0033639980001",
    ],
)
def test_a_telephone_number_is_masked_whatever_parts_its_digits(number: str) -> None:
    assert hidden(f"Appelez le {number} demain.") == "Appelez le [téléphone] demain."
