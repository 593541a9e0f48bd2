"""Texts as they are kept: one cleaning at every door."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django.core.exceptions import ValidationError
from django.db import models

from wagtail import blocks

from core import cleaning
from core.forms import fields
from core.forms.model_fields import CleanedBlockField, form_class_of
from core.models.validators import (
    validate_phone,
    validate_public_name_part,
    validate_siret,
    validate_whole_name,
)
from training.models import Company, Contact, Funder, Learner, Trainer, Venue

KINDS = [
    cleaning.line,
    cleaning.typeset_line,
    cleaning.lines,
    cleaning.name,
    cleaning.email,
    cleaning.phone,
    cleaning.number,
    cleaning.postcode,
]
SIGNS = "a é\u0301\t\n\r\v\u00a0\u202f\u200b\u200d\u200c नम्1+(-.´‑₂🙂👩💻"
INVISIBLE = "\u200b\ufeff\u2060\u00ad\u202c\u202a\u202e\u200e\x01\x1f\x00\ud800\uffff"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(derandomize=True)
@given(text=st.text(st.sampled_from(SIGNS)))
def test_cleaning_twice_changes_nothing(kind, text):
    once = kind(text)
    assert kind(once) == once
    assert not {"\u200b", "\v", "\r", "\t"} & set(once)


@pytest.mark.parametrize("sign", INVISIBLE)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_nobody_sees_is_gone(kind, sign):
    assert kind(f"0{sign}612345678{sign}") == "0612345678"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Association\vde la ligne", "Association de la ligne"),
        ("  Le\u00a0Goff\t& \u3000fils ", "Le Goff & fils"),
        ("re\u0301gie", "régie"),
        ("Noe\u0308l\u0001", "Noël"),
        ("\uf0b7 un", "• un"),
    ],
)
def test_a_line_has_one_kind_of_space(typed, kept):
    assert cleaning.line(typed) == kept


def test_an_editor_keeps_the_spaces_of_french_typography():
    title = "Quoi\u202f? «\u00a0Rien\u00a0»"
    assert cleaning.typeset_line(f" {title}\v\v") == title
    assert cleaning.lines(title) == title
    assert cleaning.line(title) == title.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_text_keeps_its_lines():
    typed = "Bonjour,\r\n\r\n  - une\vligne  \rpuis\u2028 deux   mots\n\n"
    assert cleaning.lines(typed) == "Bonjour,\n\n  - une\nligne\npuis\n deux mots"


@pytest.mark.parametrize("word", ["نمی\u200cخواهم", "नमस्\u200dते", "👩\u200d💻", "❤\ufe0f\u200d🔥"])
def test_a_joiner_stays_where_the_script_needs_it(word):
    assert cleaning.line(word) == word
    assert cleaning.line("Zo\u200dé\u200c") == "Zoé"


@pytest.mark.parametrize("word", ["\U00031350", "\U0001fae8"])
def test_a_letter_newer_than_our_unicode_stays(word):
    assert cleaning.name(f"李{word}") == f"李{word}"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Jean\u2011Pierre", "Jean-Pierre"),
        ("Le\u00a0Goff", "Le Goff"),
        ("D´Arcy", "D’Arcy"),
        ("D'Arcy", "D'Arcy"),
        ("J.P.", "J.P."),
        ("J.-P.", "J.-P."),
        ("Martin (née Durand)", "Martin (née Durand)"),
        ("marie-claude  LE GOFF", "marie-claude LE GOFF"),
        ("Nguyễn\u200b", "Nguyễn"),
        ("Шевченко", "Шевченко"),
        ("李 伟", "李 伟"),
        ("נועה", "נועה"),
        ("Kaʻiulani", "Kaʻiulani"),
    ],
)
def test_names_of_the_world_are_taken_as_typed(typed, kept):
    field = fields.NameField(validators=[validate_public_name_part])
    assert field.clean(typed) == kept


@pytest.mark.parametrize(
    "typed", ["Jean Dupont (Mairie de Blain)", "M. & Mme Martin", "J.P. Le Goff"]
)
def test_whole_names_of_the_world_are_taken_as_typed(typed):
    assert fields.NameField(validators=[validate_whole_name]).clean(typed) == typed


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Inès 3", "chiffre : retirez « 3 »"),
        ("Inès #", "signe : retirez « # »"),
        ("🙂", "signe : retirez « 🙂 »"),
        ("spam.example", "ni adresse ni lien"),
        ("moi@exemple.test", "ni adresse ni lien"),
        ("- '", "avec des lettres"),
    ],
)
def test_the_refusal_of_a_name_says_what_is_wrong(typed, reason):
    with pytest.raises(ValidationError) as refusal:
        fields.NameField(validators=[validate_public_name_part]).clean(typed)
    assert reason in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06\u00a012\u202f34 56 78", "06 12 34 56 78"),
        ("06/12/34/56/78", "06/12/34/56/78"),
        ("06\u201112\u201134\u201156\u201178", "06-12-34-56-78"),
        ("\u202a+33 6 12 34 56 78\u202c", "+33 6 12 34 56 78"),
        ("06 12 34 56 78 (perso)", "06 12 34 56 78"),
        ("02 40 12 34 56 poste 12", "0240123456 poste 12"),
        ("+33 (0)2 40 12 34 56 (poste 12)", "0240123456 poste 12"),
        ("+32 475 12 34 07", "+32 475 12 34 07"),
        ("+1 (415) 555-0134", "+1 (415) 555-0134"),
        ("٠٦١٢٣٤٥٦٧٨", "0612345678"),
    ],
)
def test_telephones_of_the_world(typed, kept):
    field = fields.PhoneField(max_length=cleaning.PHONE_LENGTH, validators=[validate_phone])
    assert field.clean(typed) == kept


@pytest.mark.parametrize(
    "text", ["(" + "a" * 400_000, "a" + "\u0301\u0323" * 200_000, " ," * 200_000 + "é"]
)
def test_a_text_of_a_malicious_visitor_costs_nothing(text):
    """Patterns and Unicode forms take the square of its length where nothing stops them."""
    begun = time.process_time()
    for field in (fields.PhoneField(max_length=20), fields.NameField(max_length=100)):
        with pytest.raises(ValidationError):
            field.clean(text)
    assert time.process_time() - begun < 1


def test_two_telephones_never_become_one():
    typed = "02 40 12 34 56 / 06 12 34 56 78"
    assert cleaning.phone(typed) == typed
    with pytest.raises(ValidationError):
        fields.PhoneField(max_length=cleaning.PHONE_LENGTH).clean(typed)


@pytest.mark.parametrize("typed", ["12", "bureau", "+33 +33 6 12", "06 <b>", "1" * 18])
def test_what_cannot_be_called_is_refused(typed):
    with pytest.raises(ValidationError):
        fields.PhoneField(validators=[validate_phone]).clean(typed)


@pytest.mark.parametrize("typed", ["813 479 789 00014", "813\u00a0479\u202f789\u00a000014"])
def test_a_siret_is_read_as_directories_show_it(typed):
    field = fields.NumberField(max_length=14, validators=[validate_siret])
    assert field.clean(typed) == "81347978900014"
    assert "maxlength" not in field.widget.attrs


@pytest.mark.parametrize("sign", "\u200b\ufeff\u2060\u00ad\u202c\u00a0")
def test_an_address_is_always_the_same(sign):
    assert fields.EmailField().clean(f"zoe@exemple.fr{sign}") == "zoe@exemple.fr"
    assert fields.EmailField().clean(f"zoe{sign}@exemple.fr") == "zoe@exemple.fr"


@pytest.mark.parametrize("model", [Company, Contact, Funder, Learner, Trainer, Venue])
def test_a_column_says_by_its_name_what_it_holds(model):
    """A telephone that is not called « phone » would be cleaned as any other line."""
    words = {"téléphone": "phone", "siret": "siret", "code postal": "postcode"}
    for field in model._meta.get_fields():
        if isinstance(field, models.CharField):
            expected = words.get(str(field.verbose_name).lower())
            assert expected is None or field.name == expected
    for name in {"first_name", "last_name"} & {field.name for field in model._meta.get_fields()}:
        assert form_class_of(model._meta.get_field(name)) is fields.NameField


def test_texts_are_cleaned_as_deep_as_they_stand_in_a_page():
    quote = blocks.StructBlock([("text", blocks.TextBlock()), ("by", blocks.CharBlock())])
    block = blocks.StreamBlock(
        [("quotes", blocks.ListBlock(quote)), ("html", blocks.RichTextBlock())]
    )
    field = CleanedBlockField(block=block)
    value = block.to_python(
        [
            {"type": "quotes", "value": [{"text": "Un\vdeux\u200b", "by": "Zo\x1fé"}]},
            {"type": "html", "value": "<p>Quoi\u202f?\ufeff</p>"},
        ]
    )
    quotes, html = field.clean(value)
    assert quotes.value[0] == {"text": "Un\ndeux", "by": "Zoé"}
    assert html.value.source == "<p>Quoi\u202f?</p>"
