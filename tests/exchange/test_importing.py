"""From a register to confirmed enrolments: whole, once, or not at all."""

import datetime as dt
from decimal import Decimal

import pytest

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from core.exceptions import DomainError
from core.models import JournalEntry, Message
from exchange.domain.registers import lifecycle, resource
from exchange.enums import ImportState
from exchange.models import ImportBatch
from tests.exchange.registers import CSV, SIRETS, XLSX, line, register, text
from tests.exchange.running import DOMAIN, check, counts, import_all, problems
from tests.factories import EnrolmentFactory, SessionFactory
from training.enums import EnrolmentState, FundingScheme, SessionState, TraineeType
from training.models import Adaptation, Company, Enrolment, FundingLine, Learner

pytestmark = pytest.mark.django_db

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
    assert set(Enrolment.objects.values_list("imported_row__batch", flat=True)) == {batch.pk}
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
    totals, _report = lifecycle.dry_run(content=XLSX.read_bytes(), name="a.xlsx", session=None)

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
        lifecycle.confirm(batch=batch, actor=None)

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


# --- Seats, adaptations, journal ------------------------------------------------------------------


def test_an_import_may_exceed_the_capacity_and_says_by_how_many(sessions):
    session = SessionFactory(code="S-SMALL", max_seats=2)
    EnrolmentFactory(session=session)
    batch = check(
        register(*(line(Nom=name, Session="S-SMALL") for name in ("Riou", "Madec", "Postec")))
    )

    (report,) = batch.report["sessions"]
    assert (report["taken"], report["after"], report["seats"], report["over"]) == (1, 4, 2, 2)
    lifecycle.confirm(batch=batch, actor=None)
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
    of_batch = JournalEntry.objects.filter(object_type="importbatch")
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
        lifecycle.confirm(batch=batch, actor=None)

    assert refused.value.code == "import_file_changed"
    assert counts() == [0] * len(DOMAIN)
    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED


def test_a_session_cancelled_meanwhile_stops_everything(sessions):
    batch = check(register(line(Session="S-2026-02"), line(Nom="Riou")))
    SessionFactory._meta.model.objects.filter(code="S-2026-01").delete()

    with pytest.raises(DomainError) as refused:
        lifecycle.confirm(batch=batch, actor=None)

    assert refused.value.code == "import_has_problems"
    assert "Ligne 3, Session" in refused.value.details[0]
    assert counts() == [0] * len(DOMAIN)


def test_an_import_is_confirmed_once(sessions):
    batch = import_all(register(line()))

    with pytest.raises(DomainError):
        lifecycle.confirm(batch=batch, actor=None)
    lifecycle.commit(batch=batch, actor=None)

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
    with django_assert_num_queries(49):
        lifecycle.confirm(batch=batch, actor=None)
