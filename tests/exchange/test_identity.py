"""Which people and which companies of a register are already known."""

import datetime as dt

import pytest

from core.exceptions import DomainError
from core.models import JournalEntry
from exchange.domain.registers import lifecycle
from tests.exchange.registers import SIRETS, XLSX, line, register
from tests.exchange.running import check, counts, import_all, problems
from tests.factories import CompanyFactory, EnrolmentFactory, LearnerFactory
from training.enums import (
    EnrolmentState,
)
from training.models import Company, Enrolment, Learner

pytestmark = pytest.mark.django_db

# --- Who is known ---------------------------------------------------------------------------------


def test_the_same_file_again_creates_nothing(sessions):
    first = import_all(XLSX.read_bytes())
    before = counts()

    again = check(XLSX.read_bytes())

    assert again.totals["already"] == 45
    assert lifecycle.already_committed(again) == first
    assert lifecycle.blockers(again) == [
        "Toutes ces personnes sont déjà inscrites : il n’y a rien à importer."
    ]
    with pytest.raises(DomainError):
        lifecycle.confirm(batch=again, actor=None)
    assert counts() == before


def test_somebody_without_address_nor_birth_date_is_not_enrolled_twice(sessions):
    content = register(line())
    import_all(content)

    assert check(content).totals["already"] == 1


def test_somebody_new_joins_those_already_enrolled(sessions):
    import_all(register(line(Courriel="m@example.org")))

    batch = import_all(
        register(line(Courriel="m@example.org"), line(Nom="Riou", Courriel="r@example.org"))
    )

    assert (batch.totals["already"], batch.totals["to_enrol"]) == (1, 1)
    assert Enrolment.objects.count() == 2


@pytest.mark.parametrize(
    "same",
    [{"Courriel": "AICHA@example.org"}, {"Date de naissance": "02/03/1990"}],
    ids=["address", "birth date"],
)
def test_a_known_person_is_recognised_by_name_and_address_or_birth_date(sessions, same):
    known = LearnerFactory(
        first_name="Aïcha", last_name="Le Goff", email="Aicha@example.org",
        birth_date=dt.date(1990, 3, 2),
    )  # fmt: skip

    batch = import_all(register(line(Nom="LE GOFF", Prénom="AICHA", **same)))

    assert batch.totals["known_people"] == 1
    assert Enrolment.objects.get().learner == known
    known.refresh_from_db()
    assert known.first_name == "Aïcha"


@pytest.mark.parametrize(
    "other",
    [
        {"Nom": "Morvan", "Courriel": "aicha@example.org"},
        {"Prénom": "Awa", "Courriel": "aicha@example.org"},
        {"Courriel": "autre@example.org"},
        {},
    ],
)
def test_a_name_or_an_address_alone_is_not_a_person(sessions, other):
    LearnerFactory(first_name="Aïcha", last_name="Le Goff", email="aicha@example.org")

    import_all(register(line(**{"Nom": "Le Goff", "Prénom": "Aïcha", **other})))

    assert Learner.objects.count() == 2


def test_somebody_merged_into_another_record_is_that_other(sessions):
    kept = LearnerFactory(first_name="Maëlle", last_name="Kerrien-Riou", email="mk@example.org")
    LearnerFactory(
        first_name="Maëlle", last_name="Kerrien", email="m@example.org", merged_into=kept
    )

    import_all(register(line(Courriel="m@example.org")))

    assert Enrolment.objects.get().learner == kept


def test_a_register_updates_a_known_person_and_shows_it_first(sessions):
    known = LearnerFactory(
        first_name="Maëlle", last_name="Kerrien", email="m@example.org",
        phone="0199000000", city="Savenay",
    )  # fmt: skip
    batch = check(register(line(Courriel="m@example.org", Téléphone=199000009, Ville="")))

    assert batch.report["rows"][0]["changes"] == [["Téléphone", "0199000000", "0199000009"]]
    lifecycle.confirm(batch=batch, actor=None)
    known.refresh_from_db()
    assert known.phone == "0199000009"
    assert known.city == "Savenay"
    details = JournalEntry.objects.get(verb="learner.updated").details.data
    assert details == {"Téléphone": {"from": "0199000000", "to": "0199000009"}}


def test_another_birth_date_is_told_and_never_replaces_the_known_one(sessions):
    known = LearnerFactory(
        first_name="Maëlle", last_name="Kerrien", email="m@example.org",
        birth_date=dt.date(1980, 1, 1),
    )  # fmt: skip

    batch = import_all(
        register(line(**{"Courriel": "m@example.org", "Date de naissance": "02/01/1980"}))
    )

    assert any("autre date de naissance" in note for note in batch.report["rows"][0]["notes"])
    known.refresh_from_db()
    assert known.birth_date == dt.date(1980, 1, 1)


def test_one_person_in_two_sessions_is_one_record(sessions):
    import_all(
        register(
            line(Courriel="m@example.org"), line(Session="s-2026-02", Courriel="m@example.org")
        )
    )

    assert Learner.objects.get().enrolments.count() == 2


def test_somebody_who_asked_on_the_site_is_left_as_they_are(sessions):
    enrolment = EnrolmentFactory(
        session=sessions["S-2026-01"],
        learner=LearnerFactory(first_name="Maëlle", last_name="Kerrien", email="m@example.org"),
        state=EnrolmentState.REQUESTED,
    )

    batch = check(register(line(Courriel="m@example.org")))

    assert batch.report["rows"][0]["already"] == "Demandée"
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.REQUESTED


# --- Companies ------------------------------------------------------------------------------------


def test_a_company_is_recognised_by_its_siret_then_by_its_name(sessions):
    by_siret = CompanyFactory(name="Roseau", siret=SIRETS[0])
    by_name = CompanyFactory(name="MOULIN NEUF (S.A.S.)")

    import_all(
        register(
            line(Entreprise="Roseau SCOP", SIRET=SIRETS[0]),
            line(Nom="Riou", Entreprise="Moulin neuf S.A.S."),
        )
    )

    assert Company.objects.count() == 2
    employers = Enrolment.objects.order_by("pk").values_list("employer", flat=True)
    assert list(employers) == [by_siret.pk, by_name.pk]
    by_siret.refresh_from_db()
    assert by_siret.name == "Roseau"


def test_a_company_without_siret_gets_it_from_the_register(sessions):
    company = CompanyFactory(name="Roseau SCOP")

    import_all(register(line(Entreprise="Roseau SCOP", SIRET=SIRETS[0])))

    company.refresh_from_db()
    assert company.siret == SIRETS[0]
    assert Company.objects.count() == 1


def test_the_same_name_under_another_siret_is_another_company(sessions):
    CompanyFactory(name="Roseau SCOP", siret=SIRETS[1])

    import_all(register(line(Entreprise="Roseau SCOP", SIRET=SIRETS[0])))

    assert Company.objects.count() == 2


def test_a_line_that_only_names_a_company_finds_the_one_whose_siret_comes_later(sessions):
    import_all(
        register(
            line(Entreprise="Roseau SCOP", SIRET=""),
            line(Nom="Riou", Entreprise="ROSEAU SCOP", SIRET=SIRETS[0]),
        )
    )

    assert Company.objects.get().siret == SIRETS[0]


def test_an_unknown_siret_needs_a_name(sessions):
    ((_line, column, _message),) = problems(line(SIRET=SIRETS[0]))

    assert column == "Entreprise"
