"""Lists, forms and sheets of records; exports without formulas."""

import io
import re
from http import HTTPStatus

import pytest
from openpyxl import load_workbook

from django.contrib.auth.models import Permission
from django.urls import reverse

from core.domain import journal
from core.models import JournalEntry, Organisation
from core.tables.writing import safe_cell
from tests.core.backoffice.pages import message_text, messages_shown, text_of
from tests.factories import (
    AdaptationFactory,
    AgreementFactory,
    CompanyFactory,
    ContactFactory,
    EnrolmentFactory,
    FunderFactory,
    LearnerFactory,
    MessageFactory,
    OrganisationFactory,
    ProgrammeVersionFactory,
    TrainerFactory,
    VenueFactory,
)
from training.enums import AdaptationState, AgreementState, EnrolmentState
from training.models import Agreement, Company, Learner

pytestmark = [pytest.mark.django_db]


def index(namespace):
    return reverse(f"{namespace}:index")


# --- Lists ----------------------------------------------------------------------------------------


def _with_journal_line():
    enrolment = EnrolmentFactory()
    return journal.record(
        actor=None,
        verb="enrolment.accepted",
        subject=enrolment,
        session_id=enrolment.session_id,
        details={"reason": "essai"},
    )


@pytest.mark.parametrize(
    ("namespace", "make", "queries"),
    [
        ("learners", lambda: EnrolmentFactory().learner, 12),
        ("companies", CompanyFactory, 12),
        ("contacts", ContactFactory, 12),
        ("trainers", TrainerFactory, 12),
        ("funders", FunderFactory, 12),
        ("venues", VenueFactory, 12),
        ("agreements", AgreementFactory, 12),
        ("adaptations", AdaptationFactory, 12),
        ("programmes", ProgrammeVersionFactory, 12),
        ("programme-versions", ProgrammeVersionFactory, 12),
        ("messages", MessageFactory, 12),
        ("journal", _with_journal_line, 12),
    ],
)
def test_a_list_costs_the_same_for_one_row_as_for_three(
    direction, namespace, make, queries, django_assert_num_queries
):
    for count in (1, 2):
        for _rank in range(count):
            make()
        with django_assert_num_queries(queries):
            assert direction.get(index(namespace)).status_code == HTTPStatus.OK


def test_a_person_merged_into_another_does_not_show(office):
    kept = LearnerFactory(last_name="Kerbrat")
    LearnerFactory(last_name="Doublon", merged_into=kept)

    words = text_of(office.get(index("learners")))

    assert "Kerbrat" in words
    assert "Doublon" not in words


def test_learners_are_found_by_birth_name(office):
    LearnerFactory(last_name="Kerbrat", birth_name="Guivarch")
    LearnerFactory(last_name="Tanguy")

    words = text_of(office.get(index("learners"), {"q": "guivarch"}))

    assert "Kerbrat" in words
    assert "Tanguy" not in words


# --- Exports --------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_never_a_formula(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell("Le Goff") == "Le Goff"
    assert safe_cell(-5) == -5


def test_the_csv_of_learners_is_neutral_and_opens_in_a_french_spreadsheet(office):
    LearnerFactory(last_name="=HYPERLINK(1)", first_name="Aïcha", phone="+33 6 00 00 00 00")

    response = office.get(index("learners"), {"export": "csv"})

    content = response.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    header, row = content.decode("utf-8-sig").splitlines()
    assert header.startswith("Nom d’usage;Prénom;Nom de naissance;Courriel")
    assert row.startswith("'=HYPERLINK(1);Aïcha;")
    assert ";+33 6 00 00 00 00;" in row


def test_the_xlsx_of_messages_holds_text_and_the_time_of_paris(office):
    message = MessageFactory(subject="=1+1")

    response = office.get(index("messages"), {"export": "xlsx"})

    sheet = load_workbook(io.BytesIO(response.getvalue())).active
    subject, *_others = sheet[2]
    assert (subject.value, subject.data_type) == ("'=1+1", "s")
    from django.utils import timezone

    local = timezone.make_naive(message.created_at).replace(microsecond=0)
    dates = [cell.value for cell in sheet[2] if cell.is_date]
    assert dates[0].replace(microsecond=0) == local


# --- Forms ----------------------------------------------------------------------------------------


def test_a_learner_is_written_with_a_line_in_the_journal_that_names_fields_not_values(office):
    response = office.post(
        reverse("learners:add"),
        {"first_name": "Maude", "last_name": "Le Bihan", "preferred_channel": "mail"},
    )
    learner = Learner.objects.get()
    assert messages_shown(response) == ["C’est enregistré : Maude Le Bihan. Modifier"]

    office.post(
        reverse("learners:edit", args=[learner.pk]),
        {
            "first_name": "Maude",
            "last_name": "Le Bihan",
            "preferred_channel": "post",
            "birth_date": "1990-02-03",
        },
    )

    entry = JournalEntry.objects.get(verb="learner.changed")
    assert entry.details.data == {"fields": ["birth_date", "preferred_channel"]}


def test_dates_use_the_calendar_of_the_browser(office):
    content = office.get(reverse("learners:add")).content.decode()
    assert 'type="date" name="birth_date"' in content


@pytest.mark.parametrize(
    ("namespace", "values", "sentence"),
    [
        ("learners", {"first_name": "A", "last_name": ""}, "Champ requis."),
        (
            "learners",
            {"first_name": "A", "last_name": "B", "postcode": "4426", "preferred_channel": "mail"},
            "Le code postal comporte 5 chiffres.",
        ),
        ("companies", {"name": "A", "siret": "12345678901234"}, "SIRET n’est pas valide"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(office, namespace, values, sentence):
    response = office.post(reverse(f"{namespace}:add"), values)

    words = text_of(response)
    assert sentence in words
    assert "Rien n’a été enregistré" in words
    assert not Learner.objects.exists()


def test_nothing_is_deleted_from_a_screen(office):
    learner = LearnerFactory()

    response = office.post(f"/gestion/personnes-formees/delete/{learner.pk}/")

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert Learner.objects.filter(pk=learner.pk).exists()


def test_the_list_of_the_organisation_is_its_form_for_the_direction_alone(direction, office):
    OrganisationFactory()
    assert direction.get(index("organisation")).url == reverse("organisation:edit", args=[1])
    assert office.get(index("organisation")).url == reverse("organisation:inspect", args=[1])


def test_the_first_visit_makes_the_organisation(direction):
    Organisation.objects.all().delete()
    page = direction.get(index("organisation"), follow=True)
    assert page.status_code == HTTPStatus.OK
    assert Organisation.objects.count() == 1


# --- Sheets ---------------------------------------------------------------------------------------


def test_the_sheet_of_a_learner_shows_adaptations_only_to_those_who_may_know(office, client):
    adaptation = AdaptationFactory(request="Une place près de la porte")
    page = reverse("learners:inspect", args=[adaptation.enrolment.learner_id])
    assert "Une place près de la porte" in text_of(office.get(page))

    group = office.user.groups.get()
    group.permissions.remove(Permission.objects.get(codename="view_adaptation"))
    office.user = None
    words = text_of(office.get(page))

    assert "Une place près de la porte" not in words
    assert "Aménagements" not in words
    assert adaptation.enrolment.session.code in words


def test_the_sheet_of_a_company_shows_what_it_bought_and_whom_it_sent(office):
    company = CompanyFactory()
    contact = ContactFactory(company=company)
    enrolment = EnrolmentFactory(employer=company, agreement__company=company)

    words = text_of(office.get(reverse("companies:inspect", args=[company.pk])))

    assert contact.name in words
    assert enrolment.agreement.reference in words
    assert str(enrolment.learner) in words


def test_a_version_of_a_programme_is_read_in_the_order_of_the_course_page(quality):
    version = ProgrammeVersionFactory()

    words = text_of(quality.get(reverse("programme-versions:inspect", args=[version.pk])))

    assert "Durée 14 h" in words
    assert "Modalité En présence" in words
    assert words.index("Objectifs") < words.index("Prérequis") < words.index("Contacts")


# --- Adaptations ----------------------------------------------------------------------------------


def decide(client, adaptation, **values):
    return client.post(reverse("adaptations:decide", args=[adaptation.pk]), values)


def test_pedagogy_decides_an_adaptation_then_says_that_it_is_in_place(pedagogy):
    adaptation = AdaptationFactory()

    empty = decide(pedagogy, adaptation, granted="yes", decision="")
    assert "Écrivez ce qui est décidé." in text_of(empty)

    decide(pedagogy, adaptation, granted="yes", decision="Livret en corps 18")
    pedagogy.post(reverse("adaptations:apply", args=[adaptation.pk]))

    adaptation.refresh_from_db()
    assert (adaptation.state, adaptation.decision) == (
        AdaptationState.APPLIED,
        "Livret en corps 18",
    )


def test_quality_reads_a_decision_and_cannot_take_it(quality):
    adaptation = AdaptationFactory()

    page = quality.get(reverse("adaptations:decide", args=[adaptation.pk]))
    refused = decide(quality, adaptation, granted="yes", decision="Oui")

    assert "Rien n’est encore décidé." in text_of(page)
    assert refused.url == reverse("wagtailadmin_home")
    adaptation.refresh_from_db()
    assert adaptation.state == AdaptationState.REQUESTED


# --- Agreements -----------------------------------------------------------------------------------


def test_an_agreement_is_drafted_sent_then_signed(office):
    enrolment = EnrolmentFactory(state=EnrolmentState.ACCEPTED)
    session, company = enrolment.session, CompanyFactory()
    page = reverse("sessions:draft_agreement", args=[session.pk])
    data = {"kind": "convention", "seats": 3, "price": "", "price_basis": "person"}

    wrong = office.post(page, data)
    assert "Choisissez une entreprise ou un financeur." in text_of(wrong)

    office.post(page, {**data, "company": company.pk})
    agreement = Agreement.objects.get(company=company)
    assert agreement.price == session.price

    office.post(reverse("agreements:sent", args=[agreement.pk]))
    tomorrow = office.post(
        reverse("agreements:signed", args=[agreement.pk]),
        {"signed_on": "2999-01-01", "at_distance": "no"},
    )
    assert "Cette date est dans l’avenir." in text_of(tomorrow)
    office.post(
        reverse("agreements:signed", args=[agreement.pk]),
        {"signed_on": "2026-11-02", "at_distance": "yes"},
    )
    agreement.refresh_from_db()
    assert (agreement.state, agreement.signed_at_distance) == (AgreementState.SIGNED, True)


def test_terms_change_while_the_agreement_is_a_draft_and_not_after(office):
    agreement = AgreementFactory()
    page = reverse("agreements:edit", args=[agreement.pk])
    data = {
        "seats": 2,
        "price": "450.00",
        "price_basis": "person",
        "vat_regime": "exempt",
        "vat_rate": "0",
        "terms": "",
    }

    office.post(page, data)
    agreement.refresh_from_db()
    assert agreement.price == 450

    office.post(reverse("agreements:sent", args=[agreement.pk]))
    refused = office.post(page, {**data, "price": "1.00"})
    agreement.refresh_from_db()
    assert agreement.price == 450
    assert "il ne se modifie plus" in message_text(refused)


def test_a_subcontract_names_the_organisation_we_work_for(office):
    session = EnrolmentFactory().session
    page = reverse("sessions:draft_agreement", args=[session.pk])
    data = {"kind": "subcontract", "seats": 8, "price_basis": "group", "price": "1200"}

    assert "Indiquez l’organisme qui nous confie" in text_of(office.post(page, data))
    office.post(page, {**data, "buyer_name": "Greta d’à côté"})
    assert Agreement.objects.filter(buyer_name="Greta d’à côté").exists()


@pytest.mark.parametrize("siret", ["813 479 789 00014", "813\u00a0479\u202f789\u00a000014"])
def test_the_office_pastes_a_siret_as_directories_show_it(office, siret):
    """And all that a company says, without what nobody sees."""
    given = {
        "name": "Mairie\vde Blain\u200b",
        "siret": siret,
        "postcode": "44 130",
        "city": "Blain",
    }
    page = office.get(reverse("companies:add")).content.decode()
    assert not re.search(r"<input[^>]*name=\"siret\"[^>]*maxlength", page)
    response = office.post(reverse("companies:add"), given)
    assert response.status_code == HTTPStatus.FOUND, text_of(response)
    company = Company.objects.get()
    assert (company.name, company.siret) == ("Mairie de Blain", "81347978900014")
    assert company.postcode == "44130"


def test_the_office_pastes_a_person_from_a_contact_card(office):
    given = {
        "first_name": "A\vB",
        "last_name": "Con\x1ftrôle",
        "email": "zoe@example.org\u202c",
        "phone": "\u202a+33 6 12 34 56 78\u202c",
        "preferred_channel": "mail",
    }
    response = office.post(reverse("learners:add"), given)
    assert response.status_code == HTTPStatus.FOUND, text_of(response)
    learner = Learner.objects.get()
    assert (learner.first_name, learner.last_name) == ("A B", "Contrôle")
    assert (learner.email, learner.phone) == ("zoe@example.org", "+33 6 12 34 56 78")


def test_a_control_character_stored_before_breaks_no_export(office):
    CompanyFactory(name="Association\x0bde la ligne\x1f")
    response = office.get(index("companies"), {"export": "xlsx"})
    assert response.status_code == HTTPStatus.OK
    assert b"".join(response.streaming_content if response.streaming else [response.content])
