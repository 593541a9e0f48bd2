"""The public enrolment form, with good and bad input."""

import datetime as dt
import uuid

import pytest
from bs4 import BeautifulSoup

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Message
from tests.factories import EnrolmentFactory, HalfDayFactory, LearnerFactory, SessionFactory
from tests.requests_confirmed import confirm_request
from training.domain.enrolments import seats
from training.enums import AgreementKind, Enrolling, EnrolmentState, SessionState, TraineeType
from training.models import Adaptation, Company, Enrolment, Learner

pytestmark = pytest.mark.django_db
SIRET = "81347978900014"


@pytest.fixture
def session():
    session = SessionFactory(max_seats=2)
    HalfDayFactory(session=session)
    return session


def address(session):
    return reverse("portal:enrol", args=[session.code])


def answers(**changes):
    given = {
        "first_name": "Inès",
        "last_name": "Caradec",
        "email": "ines@example.org",
        "phone": "06 12 34 56 78",
        "trainee_type": TraineeType.EMPLOYEE,
        "payer": "employer",
        "employer_name": "Terres d’ici",
        "employer_siret": "",
        "adaptation": "",
        "message": "",
        "website": "",
        "key": str(uuid.uuid4()),
    }
    return {**given, **changes}


def send(session, **changes):
    return Client().post(address(session), answers(**changes))


def page_of(response):
    return BeautifulSoup(response.content, "html.parser")


def errors_of(response):
    """Sentences of the summary."""
    return [item.get_text(strip=True) for item in page_of(response).select(".error-summary li")]


# --- What is shown --------------------------------------------------------------------------------


def test_the_page_says_what_is_asked_for_and_why(session):
    page = Client().get(address(session)).content.decode()
    assert session.title in page
    assert "560\u00a0€" in page
    assert "9\u00a0h – 12\u00a0h\u00a030" in page
    assert "Deux ans après notre dernier échange" in page
    assert "saisir la CNIL" in page


def test_the_page_is_kept_by_no_cache_and_listed_by_no_engine(session):
    response = Client().get(address(session))
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"


def test_fields_of_identity_are_filled_by_the_browser(session):
    page = page_of(Client().get(address(session)))
    found = {field["name"]: field.get("autocomplete") for field in page.select("form.form input")}
    assert found["first_name"] == "given-name"
    assert found["last_name"] == "family-name"
    assert found["email"] == "email"
    assert found["phone"] == "tel"
    assert found["employer_name"] == "organization"


def test_every_field_has_a_label(session):
    page = page_of(Client().get(address(session)))
    for field in page.select("form.form input:not([type=hidden]), form.form textarea"):
        assert page.select(f"label[for={field['id']}]"), field["name"]


@pytest.mark.parametrize("half_days", [1, 3])
def test_the_page_costs_the_same_queries(half_days):
    session = SessionFactory()
    for rank in range(half_days):
        HalfDayFactory(session=session, day=timezone.localdate() + dt.timedelta(days=10 + rank))
    client = Client()
    client.get(address(session))
    with CaptureQueriesContext(connection) as queries:
        client.get(address(session))
    assert len(queries) == 8


def test_a_free_session_does_not_ask_who_pays():
    session = SessionFactory(price=0)
    HalfDayFactory(session=session)
    page = Client().get(address(session)).content.decode()
    assert "Gratuit" in page
    assert "Paiement de la formation" not in page
    given = answers(trainee_type=TraineeType.OTHER)
    del given["payer"]
    assert Client().post(address(session), given).status_code == 302


# --- A request ------------------------------------------------------------------------------------


def test_a_request_is_recorded_and_leads_to_the_thanks(session):
    response = send(session, message="J’ai hâte.", adaptation="Être près de l’écran.")
    assert response.url == reverse("portal:enrol-done", args=[session.code])
    assert "confirmez votre adresse" in Client().get(response.url).content.decode()
    enrolment = Enrolment.objects.get()
    assert enrolment.state == EnrolmentState.UNCONFIRMED
    thanks = confirm_request("ines@example.org")
    assert "Votre demande est enregistrée." in Client().get(thanks.url).content.decode()
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.REQUESTED
    assert (enrolment.learner.first_name, enrolment.learner.phone) == ("Inès", "06 12 34 56 78")
    assert enrolment.trainee_type == TraineeType.EMPLOYEE
    assert enrolment.agreement.kind == AgreementKind.CONVENTION
    assert enrolment.agreement.company == enrolment.employer
    assert enrolment.message == "J’ai hâte."
    assert Adaptation.objects.get().request == "Être près de l’écran."


def test_no_personal_data_reaches_an_address(session):
    response = send(session)
    assert "ines" not in response.url.lower()
    assert "caradec" not in response.url.lower()


def test_who_pays_alone_gets_a_contract_and_no_employer_is_kept(session):
    send(
        session,
        trainee_type=TraineeType.INDIVIDUAL,
        payer="self",
        employer_name="Terres d’ici",
        employer_siret=SIRET,
    )
    enrolment = Enrolment.objects.get()
    assert enrolment.agreement.kind == AgreementKind.CONTRACT
    assert enrolment.employer is None
    assert not Company.objects.exists()


def test_an_employee_who_pays_keeps_their_employer(session):
    send(session, payer="self")
    enrolment = Enrolment.objects.get()
    assert enrolment.agreement.kind == AgreementKind.CONTRACT
    assert enrolment.employer.name == "Terres d’ici"


def test_a_siret_is_read_however_it_is_grouped(session):
    send(session, employer_siret="813 479 789 00014")
    assert Company.objects.get().siret == SIRET


def test_what_is_pasted_is_cleaned(session):
    """An employer with the line break of a word processor, an address copied from a contact."""
    send(
        session,
        first_name="Jean\u2011Pierre",
        last_name="Le\u00a0Goff",
        email="jp@example.org\u202c",
        phone="\u202a06\u00a012\u202f34 56 78\u202c",
        employer_name="Association\vde la ligne",
        message="Merci\u200b\r\nà vous",
    )
    enrolment = Enrolment.objects.select_related("learner", "employer").get()
    learner = enrolment.learner
    assert (learner.first_name, learner.last_name) == ("Jean-Pierre", "Le Goff")
    assert (learner.email, learner.phone) == ("jp@example.org", "06 12 34 56 78")
    assert Company.objects.get().name == "Association de la ligne"
    assert enrolment.message == "Merci\nà vous"


def test_the_same_form_sent_twice_makes_one_enrolment_and_one_mail(session):
    given = answers()
    client = Client()
    first = client.post(address(session), given)
    second = client.post(address(session), given)
    assert first.url == second.url
    assert Enrolment.objects.count() == 1
    assert Message.objects.count() == 1


def test_a_double_click_on_the_last_seat_does_not_say_full():
    session = SessionFactory(max_seats=1)
    HalfDayFactory(session=session)
    given = answers()
    assert Client().post(address(session), given).status_code == 302
    assert Client().post(address(session), given).status_code == 302


def test_a_form_called_back_enrols_somebody_else(session):
    key = str(uuid.uuid4())
    send(session, key=key)
    send(session, key=key, first_name="Loïc", email="loic@example.org")
    assert Enrolment.objects.count() == 2


def test_a_key_that_was_tampered_with_is_ignored(session):
    assert send(session, key="'; DROP TABLE").status_code == 302
    assert Enrolment.objects.count() == 1


def test_the_form_does_not_tell_who_is_enrolled(session):
    learner = LearnerFactory(first_name="Inès", last_name="Caradec", email="ines@example.org")
    EnrolmentFactory(session=session, learner=learner)
    known, stranger = send(session), send(session, first_name="Loïc", email="loic@example.org")
    assert (known.status_code, known.url) == (stranger.status_code, stranger.url)
    assert Message.objects.filter(kind="enrolment_already_known").count() == 1
    send(session)
    assert Message.objects.filter(kind="enrolment_already_known").count() == 1


def test_nor_does_it_when_the_session_is_full(session):
    learner = LearnerFactory(first_name="Inès", last_name="Caradec", email="ines@example.org")
    EnrolmentFactory(session=session, learner=learner)
    EnrolmentFactory(session=session)
    assert send(session).status_code == 409
    assert send(session, first_name="Loïc", email="loic@example.org").status_code == 409
    waiting = [
        send(session, waiting_list="1"),
        send(session, waiting_list="1", first_name="Loïc", email="loic@example.org"),
    ]
    assert waiting[0].url == waiting[1].url


# --- Refusals -------------------------------------------------------------------------------------


def test_a_full_session_refuses_clearly_and_offers_the_waiting_list(session):
    EnrolmentFactory.create_batch(2, session=session)
    response = send(session, message="Gardez-moi une place.")
    page = page_of(response)
    assert response.status_code == 409
    assert "Cette session est complète." in page.get_text()
    assert "Rien n’a été enregistré." in page.get_text()
    assert not Learner.objects.filter(email="ines@example.org").exists()
    [button] = page.select("form.form button")
    assert button.get_text(strip=True) == "M’inscrire sur la liste d’attente"
    assert page.select_one("[name=last_name]")["value"] == "Caradec"
    assert page.select_one("[name=message]").get_text(strip=True) == "Gardez-moi une place."
    assert page.select_one("[name=trainee_type][checked]")["value"] == TraineeType.EMPLOYEE


def test_the_second_button_joins_the_waiting_list(session):
    EnrolmentFactory.create_batch(2, session=session)
    response = send(session, waiting_list="1")
    assert response.status_code == 302
    thanks = confirm_request("ines@example.org")
    assert "en liste d’attente" in Client().get(thanks.url).content.decode()
    enrolment = Enrolment.objects.get(learner__email="ines@example.org")
    assert (enrolment.state, enrolment.waiting_rank) == (EnrolmentState.WAITLISTED, 1)
    assert seats.count(session).free == 0


def test_a_full_session_says_so_before_the_form_is_filled(session):
    EnrolmentFactory.create_batch(2, session=session)
    page = page_of(Client().get(address(session)))
    assert "Cette session est complète." in page.get_text()
    assert [button["name"] for button in page.select("form.form button")] == ["waiting_list"]


@pytest.mark.parametrize(
    "state", [SessionState.COMPLETED, SessionState.CANCELLED, SessionState.ARCHIVED]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_session_that_is_over_is_gone_and_leads_to_the_catalogue(state, method):
    session = SessionFactory(state=state)
    response = getattr(Client(), method)(address(session), answers())
    page = page_of(response)
    assert response.status_code == 410
    assert "Les inscriptions à cette session ne sont pas ouvertes." in page.get_text()
    assert page.select("main a[href='/formations/']")


def test_a_session_that_has_begun_takes_nobody(session):
    HalfDayFactory(session=session, day=timezone.localdate() - dt.timedelta(days=1))
    response = send(session)
    assert response.status_code == 410
    assert "Cette session a déjà commencé." in response.content.decode()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    "values", [{"state": SessionState.DRAFT}, {"enrolling": Enrolling.INVITATION}]
)
def test_a_session_that_was_never_public_does_not_exist(values):
    session = SessionFactory(**values)
    assert Client().get(address(session)).status_code == 404
    assert send(session).status_code == 404
    assert Client().get(reverse("portal:enrol-done", args=[session.code])).status_code == 404
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("code", ["S-INCONNUE", "%00", "a" * 300, "é~'"])
def test_an_unknown_code_is_not_found(code):
    assert Client().get(f"/inscription/{code}/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(session, method):
    assert getattr(Client(), method)(address(session)).status_code == 405


# --- Bad input ------------------------------------------------------------------------------------


def test_an_empty_form_names_every_missing_answer(session):
    response = Client().post(address(session), {})
    assert response.status_code == 200
    assert errors_of(response) == [
        "Prénom : Indiquez votre prénom.",
        "Nom d’usage : Indiquez votre nom.",
        "Courriel : Indiquez votre courriel.",
        "Vous êtes : Choisissez votre situation.",
        "Paiement de la formation : Indiquez qui paie la formation.",
    ]
    assert not Enrolment.objects.exists()


def test_errors_are_tied_to_their_fields_and_typed_values_kept(session):
    response = send(session, email="ines@", phone="numéro")
    page = page_of(response)
    field = page.select_one("#id_email")
    assert field["aria-invalid"] == "true"
    described = [page.select_one(f"#{name}") for name in field["aria-describedby"].split()]
    assert any("Ce courriel n’est pas complet." in item.get_text() for item in described)
    assert field["value"] == "ines@"
    assert page.select_one("#id_phone")["value"] == "numéro"
    for link in page.select(".error-summary a"):
        assert page.select(link["href"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_name": "a" * 101}, "first_name"),
        ({"last_name": "   "}, "last_name"),
        ({"last_name": "Gagnez https://exemple.test"}, "last_name"),
        ({"first_name": "visitez spam.example"}, "first_name"),
        ({"first_name": "<script>alert(1)</script>"}, "first_name"),
        ({"first_name": "Inès\nBcc: tous@example.org"}, "first_name"),
        ({"first_name": "Inès 3"}, "first_name"),
        ({"first_name": "- '"}, "first_name"),
        ({"email": "ines@" + "a" * 300 + ".org"}, "email"),
        ({"email": "ines@example.org\nBcc: tous@example.org"}, "email"),
        ({"phone": "06123456789012345678901"}, "phone"),
        ({"phone": "+33 <b>6</b> 12 34"}, "phone"),
        ({"trainee_type": "astronaut"}, "trainee_type"),
        ({"payer": "the-king"}, "payer"),
        ({"payer": "employer", "employer_name": ""}, "employer_name"),
        ({"employer_name": "x" * 201}, "employer_name"),
        ({"trainee_type": "individual", "payer": "employer"}, "payer"),
        ({"employer_siret": "81347978900015"}, "employer_siret"),
        ({"employer_siret": "12"}, "employer_siret"),
        ({"employer_siret": "9" * 40}, "employer_siret"),
        ({"adaptation": "x" * 1001}, "adaptation"),
        ({"message": "x" * 2001}, "message"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_written(session, changes, field):
    response = send(session, **changes)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not Enrolment.objects.exists()
    assert not Learner.objects.exists()
    assert not Company.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "name", ["N’Guyễn", "D'Aubigné", "Le Goff-Kerléo", "Ólafur", "Müller", "J.", "Ann-Gaëlle"]
)
def test_names_of_people_are_accepted(session, name):
    assert send(session, last_name=name).status_code == 302
    assert Learner.objects.get().last_name == name


def test_what_was_typed_is_shown_as_text_never_as_a_page(session):
    response = send(session, message="<script>alert('x')</script>", email="")
    page = page_of(response)
    assert page.select_one("[name=message]").get_text().strip() == "<script>alert('x')</script>"
    assert not page.find("script", string="alert('x')")


def test_a_trap_filled_by_a_robot_records_nothing_and_lets_a_person_try_again(session):
    given = answers(website="https://exemple.test")
    response = Client().post(address(session), given)
    page = page_of(response)
    assert errors_of(response)[0].startswith("Rien n’a été envoyé")
    assert not Enrolment.objects.exists()
    assert not page.select_one("[name=website]").get("value")
    assert page.select_one("[name=first_name]")["value"] == "Inès"
    assert Client().post(address(session), {**given, "website": ""}).status_code == 302


def test_the_trap_is_out_of_the_way_of_people(session):
    page = page_of(Client().get(address(session)))
    trap = page.select_one("[name=website]")
    assert trap["tabindex"] == "-1"
    assert trap["autocomplete"] == "off"
    assert trap.find_parent(attrs={"aria-hidden": "true"})


def test_too_many_requests_from_one_address_are_refused_in_words(settings):
    settings.ENROLMENTS_PER_HOUR = 2
    session = SessionFactory()
    HalfDayFactory(session=session)
    for rank in range(2):
        assert send(session, email=f"a{rank}@example.org").status_code == 302
    response = send(session, email="a3@example.org")
    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert errors_of(response)[0].startswith("Trop de demandes")
    assert page_of(response).select_one("[name=email]")["value"] == "a3@example.org"
    assert Enrolment.objects.count() == 2
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert other.post(address(session), answers(email="a4@example.org")).status_code == 302


def test_a_request_forged_from_another_site_is_refused(session):
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(session), answers()).status_code == 403
    assert not Enrolment.objects.exists()
