"""People and companies are found whatever the accents, the capitals and the order of the words."""

import pytest

from django.urls import reverse

from tests.core.backoffice.pages import text_of
from tests.factories import CompanyFactory, EnrolmentFactory, LearnerFactory
from training.domain.enrolments.requests import EnrolmentRequest, _find_learner
from training.forms.enrolments import find_learners
from training.models import Company, Learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def eloise():
    return LearnerFactory(
        first_name="Éloïse", last_name="Le Goff-Œuvrard", email="eloise.legoff@example.org"
    )


TYPED = [
    "Éloïse Le Goff",
    "le goff eloise",
    "LE GOFF",
    "oeuvrard",
    "goff-oeuv",
    "eloise.legoff@example.org",
]


@pytest.mark.parametrize("typed", TYPED)
def test_words_are_found_in_any_order_and_spelling(eloise, typed):
    LearnerFactory(first_name="Paul", last_name="Durand")
    assert list(Learner.objects.searched(typed)) == [eloise]
    assert find_learners(typed) == [eloise]


@pytest.mark.parametrize("typed", ["Goff Durand", "eloïsa", "@@@"])
def test_a_word_that_is_nowhere_finds_nobody(eloise, typed):
    assert not Learner.objects.searched(typed).exists()


def test_the_lists_of_the_back_office_search_so(eloise, office):
    LearnerFactory(first_name="Paul", last_name="Durand")
    enrolment = EnrolmentFactory(learner=eloise, employer=CompanyFactory(name="Île aux Abeilles"))
    for name, typed in (
        ("learners:index", "goff eloise"),
        ("enrolments:index", "GOFF abeilles"),
        ("enrolments:index", f"ile eloise {enrolment.session.code}"),
        ("companies:index", "abeille ile"),
    ):
        words = text_of(office.get(reverse(name), {"q": typed}))
        assert "Durand" not in words
        assert "Le Goff" in words or "Île aux Abeilles" in words, (name, typed)


def test_the_words_follow_what_is_written(eloise):
    eloise.last_name = "Kerguélen"
    eloise.save(update_fields=["last_name"])
    assert list(Learner.objects.searched("kerguelen")) == [eloise]
    eloise.last_name = "Bihan"
    Learner.objects.bulk_update([eloise], ["last_name"])
    assert list(Learner.objects.searched("bihan")) == [eloise]
    (made,) = Company.objects.bulk_create([Company(name="Élan")])
    assert list(Company.objects.searched("elan")) == [made]
    Learner.objects.update(last_name="Personne")
    assert list(Learner.objects.searched("personne")) == [eloise]


def test_the_public_form_knows_somebody_whatever_the_capitals_and_accents(eloise):
    asked = EnrolmentRequest(
        first_name="ELOISE", last_name="LE GOFF OEUVRARD", email="Eloise.LeGoff@example.org"
    )
    assert _find_learner(asked) == eloise


def test_two_people_of_another_script_at_one_address_stay_two():
    first = LearnerFactory(first_name="Іван", last_name="Кузьмін", email="famille@example.org")
    request = EnrolmentRequest(first_name="Пётр", last_name="王", email="famille@example.org")
    assert _find_learner(request) is None
    same = EnrolmentRequest(first_name="іван", last_name="КУЗЬМІН", email="famille@example.org")
    assert _find_learner(same) == first
    assert list(Learner.objects.searched("кузьмін")) == [first]
