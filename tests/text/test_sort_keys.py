"""Names stand in one French order, in Python and on both databases."""

import json
import random
from pathlib import Path

import pytest

from core.text import sort_key, title_key
from tests.factories import CompanyFactory, EnrolmentFactory, LearnerFactory, SessionFactory
from training.models import Company, Enrolment, Learner

NAMES: list[tuple[str, str]] = [
    (last_name, first_name)
    for last_name, first_name in json.loads(
        Path(__file__).with_name("names.json").read_text("utf-8")
    )
]


def _shuffled() -> list[tuple[str, str]]:
    names = list(NAMES)
    random.Random(1).shuffle(names)  # noqa: S311  an order, not a secret
    return names


def test_keys_give_the_order_of_the_table() -> None:
    assert sorted(_shuffled(), key=lambda name: sort_key(*name)) == NAMES


@pytest.mark.django_db
def test_learners_stand_in_the_order_of_the_table_whatever_the_database() -> None:
    rows = [LearnerFactory.build(last_name=last, first_name=first) for last, first in _shuffled()]
    Learner.objects.bulk_create(rows)

    assert list(Learner.objects.by_name().values_list("last_name", "first_name")) == NAMES


@pytest.mark.django_db
def test_enrolments_stand_in_the_order_of_their_learners() -> None:
    session = SessionFactory()
    for last, first in [("de Villiers", "Marthe"), ("Évrard", "Yann"), ("ABGRALL", "Léna")]:
        EnrolmentFactory(session=session, learner__last_name=last, learner__first_name=first)

    names = [enrolment.learner.last_name for enrolment in Enrolment.objects.by_name()]

    assert names == ["ABGRALL", "Évrard", "de Villiers"]


@pytest.mark.django_db
def test_a_name_that_changes_changes_its_place() -> None:
    company = CompanyFactory(name="Écluse & Cie")
    CompanyFactory(name="de Dietrich")
    assert [row.name for row in Company.objects.by_name()] == ["de Dietrich", "Écluse & Cie"]

    company.name = "Ateliers"
    company.save(update_fields=["name"])

    assert [row.name for row in Company.objects.by_name()] == ["Ateliers", "de Dietrich"]


def test_every_word_of_a_body_counts() -> None:
    assert title_key("L’Atelier de la Mé") == "latelier de la me"
    assert sort_key("de", "Wei") == "de\twei"
    assert sort_key("???") == "???\t"
