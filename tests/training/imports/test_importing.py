"""From a register to confirmed enrolments: whole, once, or not at all."""

import datetime as dt
from decimal import Decimal

import pytest

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from tests.factories import CompanyFactory, EnrolmentFactory, LearnerFactory, SessionFactory
from tests.training.imports.registers import CSV, SIRETS, XLSX, line, register, text
from training.domain.imports import batches, resource
from training.enums import (
    AgreementKind,
    AgreementState,
    EnrolmentState,
    FundingScheme,
    ImportState,
    PriceBasis,
    SessionState,
    TraineeType,
)
from training.exceptions import DomainError
from training.models import (
    Adaptation,
    Agreement,
    Company,
    Enrolment,
    Funder,
    FundingLine,
    ImportBatch,
    JournalEntry,
    Learner,
    Message,
)

pytestmark = pytest.mark.django_db
DOMAIN = (Learner, Company, Agreement, Enrolment, FundingLine, Adaptation, Funder)


def check(content: bytes, name: str = "registre.xlsx", session=None) -> ImportBatch:
    return batches.receive(content=content, name=name, session=session, actor=None)


def import_all(content: bytes, name: str = "registre.xlsx", session=None) -> ImportBatch:
    return batches.confirm(batch=check(content, name, session), actor=None)


def counts() -> list[int]:
    return [model.objects.count() for model in DOMAIN]


def problems(*people: dict[str, object]) -> list[tuple[int, str, str]]:
    found = check(register(*people)).report["problems"]
    return [(item["line"], item["column"], item["message"]) for item in found]


# --- The whole register ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name"),
    [(XLSX.read_bytes(), "inscriptions.xlsx"), (CSV.read_bytes(), "inscriptions.csv")],
)
def test_a_register_enrols_its_forty_five_people(sessions, content, name):
    batch = import_all(content, name)

    assert batch.state == ImportState.COMMITTED
    assert batch.committed_at is not None
    assert Learner.objects.count() == Enrolment.objects.count() == 45
    assert set(Enrolment.objects.values_list("state", flat=True)) == {EnrolmentState.CONFIRMED}
    assert set(Enrolment.objects.values_list("imported_in", flat=True)) == {batch.pk}
    assert all(len(phone) == 10 and phone[0] == "0"
               for phone in Learner.objects.values_list("phone", flat=True))  # fmt: skip
    assert set(Learner.objects.values_list("postcode", flat=True)) == {
        "01000", "06000", "35600", "44000", "44130", "44260", "56130",
    }  # fmt: skip
    assert Company.objects.count() == 5
    assert not Message.objects.exists()


def test_both_forms_of_the_register_say_the_same(sessions):
    import_all(XLSX.read_bytes())

    again = check(CSV.read_bytes(), "inscriptions.csv")

    assert again.totals["already"] == 45
    assert again.totals["to_enrol"] == 0


def test_each_cell_reaches_its_field(sessions):
    import_all(
        register(
            line(
                **{
                    "Civilité": "Madame",
                    "Nom": "LE GOFF",
                    "Nom de naissance": "MADEC",
                    "Prénom": "MARIE-ANNE",
                    "Courriel": "MARIE@EXAMPLE.ORG",
                    "Téléphone": 639980001,
                    "Date de naissance": dt.date(1980, 2, 29),
                    "Adresse": "1, chemin des Essais",
                    "Code postal": 1000,
                    "Ville": "Bourg-en-Bresse",
                    "Entreprise": "Roseau SCOP",
                    "SIRET": int(SIRETS[0]),
                    "Statut": "salariée",
                    "Financement": "Employeur",
                    "Montant HT": "1 260,00 €",
                    "Besoin d’adaptation": "Non",
                    "Date d’inscription": "23/09/2026",
                    "Commentaire": "Arrive en train",
                }
            )
        )
    )

    learner = Learner.objects.get()
    assert (str(learner), learner.title, learner.birth_name) == (
        "Marie-Anne Le Goff",
        "Mme",
        "Madec",
    )
    assert (learner.email, learner.phone) == ("marie@example.org", "0639980001")
    assert learner.birth_date == dt.date(1980, 2, 29)
    assert (learner.address, learner.postcode, learner.city) == (
        "1, chemin des Essais", "01000", "Bourg-en-Bresse",
    )  # fmt: skip
    enrolment = Enrolment.objects.get()
    assert (enrolment.employer.name, enrolment.employer.siret) == ("Roseau SCOP", SIRETS[0])
    assert enrolment.trainee_type == TraineeType.EMPLOYEE
    assert enrolment.message == "Arrive en train"
    assert enrolment.requested_at.date() == dt.date(2026, 9, 23)
    assert not enrolment.adaptations.exists()
    funding = FundingLine.objects.get()
    assert (funding.scheme, funding.amount) == (FundingScheme.COMPANY, Decimal("1260.00"))
    assert funding.payer_company == enrolment.employer


# --- Checking writes nothing ----------------------------------------------------------------------


def test_checking_writes_nothing_but_the_batch(sessions):
    batch = check(XLSX.read_bytes())

    assert counts() == [0] * len(DOMAIN)
    assert batch.state == ImportState.PREVIEWED
    assert batch.totals["to_enrol"] == 45
    assert batch.totals["new_people"] == 45
    assert storages["private"].exists(batch.key)
    assert "inscriptions" not in batch.key


def test_a_dry_run_keeps_nothing_at_all(sessions):
    totals, _report = batches.dry_run(content=XLSX.read_bytes(), name="a.xlsx", session=None)

    assert totals["to_enrol"] == 45
    assert not ImportBatch.objects.exists()
    assert not JournalEntry.objects.exists()


def test_a_file_that_cannot_be_read_leaves_no_trace(sessions, private_folder):
    with pytest.raises(DomainError):
        check(b"<html></html>")

    assert not ImportBatch.objects.exists()
    assert not private_folder.exists()


def test_every_bad_cell_is_named_by_line_and_column(sessions):
    found = problems(
        line(**{"Téléphone": "12", "Code postal": "ABC", "SIRET": ""}),
        line(Nom="Riou", SIRET="28797309318145", Entreprise="Roseau"),
        line(**{"Nom": "Madec", "Courriel": "nulle part", "Montant HT": "cher"}),
        line(Nom="Floc’h", Session="S-2099-01"),
        line(Nom="Quéré", Statut="Astronaute", Financement="loterie"),
        line(Prénom=""),
        line(**{"Nom": "Postec", "Date de naissance": "31/02/1980"}),
    )

    assert [(number, column) for number, column, _message in found] == [
        (2, "Téléphone"),
        (2, "Code postal"),
        (3, "SIRET"),
        (4, "Courriel"),
        (4, "Montant HT"),
        (5, "Session"),
        (6, "Statut"),
        (6, "Financement"),
        (7, "Prénom"),
        (8, "Date de naissance"),
    ]
    assert found[5][2] == "« S-2099-01 » n’est le code d’aucune session"
    assert found[8][2] == "la cellule est vide"


def test_one_bad_line_stops_all_the_others(sessions):
    batch = check(register(line(), line(Nom="Riou", **{"Code postal": "ABC"})))

    with pytest.raises(DomainError) as refused:
        batches.confirm(batch=batch, actor=None)

    assert refused.value.code == "import_blocked"
    assert counts() == [0] * len(DOMAIN)
    batch.refresh_from_db()
    assert batch.state == ImportState.PREVIEWED


@pytest.mark.parametrize(
    "state", [SessionState.COMPLETED, SessionState.ARCHIVED, SessionState.CANCELLED]
)
def test_a_session_that_is_over_takes_nobody(sessions, state):
    SessionFactory(code="S-OVER", state=state)

    ((_line, column, message),) = problems(line(Session="S-OVER"))

    assert column == "Session"
    assert "ne reçoit plus d’inscription" in message


def test_the_same_person_twice_in_a_session_is_refused_with_both_lines(sessions):
    ((number, _column, message),) = problems(
        line(Courriel="m@example.org"),
        line(Nom="Riou"),
        line(Nom="KERRIEN", Courriel="M@example.org"),
    )

    assert number == 4
    assert "lignes 2 et 4" in message


def test_namesakes_that_nothing_tells_apart_are_refused_with_both_lines(sessions):
    ((_number, _column, message),) = problems(line(Courriel="m@example.org"), line())

    assert "lignes 2 et 3" in message
    assert "courriel ou une date de naissance" in message


def test_namesakes_with_their_own_address_are_two_people(sessions):
    import_all(register(line(Courriel="m1@example.org"), line(Courriel="m2@example.org")))

    assert Learner.objects.count() == 2


def test_an_employer_that_pays_must_be_named(sessions):
    ((_line, column, message),) = problems(line(Financement="Employeur"))

    assert column == "Entreprise"
    assert "n’est pas nommée" in message


def test_a_line_with_more_cells_than_headings_is_refused(sessions):
    content = text(("S-2026-01", "Kerrien", "Maëlle", "", "", "", "trop"))

    (found,) = check(content, "registre.csv").report["problems"]

    assert (found["line"], found["column"]) == (2, "Ligne")


def test_a_text_too_long_is_said_and_never_cut(sessions):
    ((_line, column, message),) = problems(line(Adresse="x" * 32_000))

    assert column == "Adresse"
    assert "32000 caractères, pour 255 au plus" in message


# --- Who is known ---------------------------------------------------------------------------------


def test_the_same_file_again_creates_nothing(sessions):
    first = import_all(XLSX.read_bytes())
    before = counts()

    again = check(XLSX.read_bytes())

    assert again.totals["already"] == 45
    assert batches.already_committed(again) == first
    assert batches.blockers(again) == [
        "Toutes ces personnes sont déjà inscrites : il n’y a rien à importer."
    ]
    with pytest.raises(DomainError):
        batches.confirm(batch=again, actor=None)
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
    batches.confirm(batch=batch, actor=None)
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


# --- Agreements -----------------------------------------------------------------------------------


def company_line(name: str, amount: object, **cells: object) -> dict[str, object]:
    return line(
        Nom=name, Entreprise="Roseau SCOP", Financement="OPCO", **{"Montant HT": amount}, **cells
    )


def test_a_company_signs_one_convention_for_its_people(sessions):
    import_all(register(company_line("Riou", 420), company_line("Madec", "420,00")))

    agreement = Agreement.objects.get()
    assert (agreement.kind, agreement.company.name) == (AgreementKind.CONVENTION, "Roseau SCOP")
    assert (agreement.seats, agreement.price) == (2, Decimal("420.00"))
    assert agreement.price_basis == PriceBasis.PERSON
    assert agreement.state == AgreementState.DRAFT
    assert agreement.enrolments.count() == 2
    assert set(agreement.funding_lines.values_list("scheme", "amount")) == {
        (FundingScheme.SKILLS_PLAN, Decimal("420.00"))
    }


def test_prices_that_differ_make_one_price_for_the_group(sessions):
    import_all(register(company_line("Riou", 420), company_line("Madec", "1 260,00 €")))

    agreement = Agreement.objects.get()
    assert (agreement.price, agreement.price_basis) == (Decimal("1680.00"), PriceBasis.GROUP)


def test_a_later_register_adds_people_to_the_draft_of_the_first(sessions):
    import_all(register(company_line("Riou", 420)))
    import_all(register(company_line("Madec", 420), company_line("Postec", 840)))

    agreement = Agreement.objects.get()
    assert agreement.seats == 3
    assert (agreement.price, agreement.price_basis) == (Decimal("1680.00"), PriceBasis.GROUP)


def test_a_convention_already_sent_is_left_alone(sessions):
    import_all(register(company_line("Riou", 420)))
    Agreement.objects.update(state=AgreementState.SENT)

    import_all(register(company_line("Madec", 420)))

    assert sorted(Agreement.objects.values_list("seats", flat=True)) == [1, 1]


@pytest.mark.parametrize(
    ("funding", "amount", "kind"),
    [
        ("Personnel", 420, AgreementKind.CONTRACT),
        ("", 420, AgreementKind.CONTRACT),
        ("France Travail", 420, AgreementKind.FRANCE_TRAVAIL),
        ("CPF", 420, AgreementKind.CPF),
        ("OPCO", 420, AgreementKind.CONTRACT),
        ("Personnel", 0, AgreementKind.FREE),
    ],
)
def test_others_each_have_their_own_agreement(sessions, funding, amount, kind):
    import_all(register(line(Financement=funding, **{"Montant HT": amount})))

    agreement = Agreement.objects.get()
    assert agreement.kind == kind
    assert agreement.learner == Learner.objects.get()
    assert agreement.price == amount


def test_a_public_body_buys_for_several_people(sessions):
    import_all(
        register(line(Financement="Région"), line(Nom="Riou", Financement="Conseil régional"))
    )

    agreement = Agreement.objects.get()
    assert (agreement.funder.name, agreement.seats) == ("Région", 2)
    assert agreement.price == sessions["S-2026-01"].price


def test_without_an_amount_the_price_of_the_session_holds(sessions):
    import_all(register(line(Financement="Personnel")))

    assert Agreement.objects.get().price == sessions["S-2026-01"].price
    assert FundingLine.objects.get().amount is None


# --- Seats, adaptations, journal ------------------------------------------------------------------


def test_an_import_may_exceed_the_capacity_and_says_by_how_many(sessions):
    session = SessionFactory(code="S-SMALL", max_seats=2)
    EnrolmentFactory(session=session)
    batch = check(
        register(*(line(Nom=name, Session="S-SMALL") for name in ("Riou", "Madec", "Postec")))
    )

    (told,) = batch.report["sessions"]
    assert (told["taken"], told["after"], told["seats"], told["over"]) == (1, 4, 2, 2)
    batches.confirm(batch=batch, actor=None)
    assert session.enrolments.count() == 4
    over = [
        entry.details.data
        for entry in JournalEntry.objects.filter(verb="enrolment.added").exclude(details=None)
    ]
    assert sorted(item["over_capacity_by"] for item in over) == [1, 2]


def test_a_wish_for_an_adaptation_is_kept_apart_and_only_counted(sessions):
    wish = "salle au rez-de-chaussée"
    batch = import_all(
        register(
            line(**{"Besoin d’adaptation": wish}),
            line(Nom="Riou", **{"Besoin d’adaptation": "oui"}),
            line(Nom="Madec", **{"Besoin d’adaptation": "Non"}),
        )
    )

    assert set(Adaptation.objects.values_list("request", flat=True)) == {
        wish,
        resource.ADAPTATION_TO_SPECIFY,
    }
    assert batch.totals["adaptations"] == 2
    assert wish not in str(batch.report)
    assert not any("message" in row for row in batch.report["rows"])


def test_the_journal_says_who_was_enrolled_and_by_which_import(sessions):
    batch = import_all(register(line(), line(Nom="Riou")))

    verbs = list(JournalEntry.objects.values_list("verb", flat=True))
    assert verbs.count("enrolment.added") == 2
    assert verbs.count("learner.imported") == 2
    of_batch = JournalEntry.objects.filter(object_type="training.importbatch")
    assert set(of_batch.values_list("object_id", flat=True)) == {str(batch.pk)}
    assert set(of_batch.values_list("verb", flat=True)) == {
        "import.received", "import.checked", "import.confirmed", "import.committed",
    }  # fmt: skip


# --- Confirming -----------------------------------------------------------------------------------


def test_a_file_changed_since_it_was_checked_is_not_written(sessions):
    batch = check(register(line()))
    storages["private"].delete(batch.key)
    storages["private"].save(batch.key, ContentFile(register(line(Nom="Intrus"))))

    with pytest.raises(DomainError) as refused:
        batches.confirm(batch=batch, actor=None)

    assert refused.value.code == "import_file_changed"
    assert counts() == [0] * len(DOMAIN)
    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED


def test_a_session_cancelled_meanwhile_stops_everything(sessions):
    batch = check(register(line(Session="S-2026-02"), line(Nom="Riou")))
    SessionFactory._meta.model.objects.filter(code="S-2026-01").delete()

    with pytest.raises(DomainError) as refused:
        batches.confirm(batch=batch, actor=None)

    assert refused.value.code == "import_has_problems"
    assert "Ligne 3, Session" in refused.value.details[0]
    assert counts() == [0] * len(DOMAIN)


def test_an_import_is_confirmed_once(sessions):
    batch = import_all(register(line()))

    with pytest.raises(DomainError):
        batches.confirm(batch=batch, actor=None)
    batches.commit(batch=batch, actor=None)

    assert Enrolment.objects.count() == 1


def test_the_chosen_session_receives_lines_that_name_none(sessions):
    content = register({"Nom": "Riou", "Prénom": "Awa"}, {"Nom": "Madec", "Prénom": "Yann"})

    import_all(content, session=sessions["S-2026-03"])

    assert sessions["S-2026-03"].enrolments.count() == 2


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [1, 3])
def test_queries_do_not_depend_on_the_number_of_lines(sessions, people, django_assert_num_queries):
    content = register(
        *(
            line(
                Nom=f"Nom{rank}",
                Courriel=f"p{rank}@example.org",
                Entreprise=f"Entreprise {rank}",
                Financement="Personnel",
                **{"Besoin d’adaptation": "oui"},
            )
            for rank in range(people)
        )
    )

    with django_assert_num_queries(13):
        batch = check(content)
    with django_assert_num_queries(36):
        batches.confirm(batch=batch, actor=None)
