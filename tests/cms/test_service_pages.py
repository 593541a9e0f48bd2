"""Requests, certificate, results: what the law wants shown, and what people send."""

import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from cms.models import CertificationPage, EnquiryPage, HomePage, ResultsPage
from core.models import Message
from tests.cast import Actor
from tests.cms.pages import open_catalogue, open_site, published_course
from tests.cms.test_cooperation import read, texts, under
from tests.factories import OrganisationFactory
from tests.mails import opened
from tests.public_factories import EnquiryFactory
from training.models import Enquiry

pytestmark = pytest.mark.django_db
LEGEND = (
    "La certification qualité a été délivrée au titre de la ou des catégories d’actions "
    "suivantes : actions de formation."
)


@pytest.fixture
def home() -> HomePage:
    OrganisationFactory(
        email="maison@example.org", certificate_number="QUA-1", certifier="Un certificateur"
    )
    return open_site()


# --- Requests -------------------------------------------------------------------------------------


@pytest.fixture
def url(home: HomePage) -> str:
    under(home, EnquiryPage, slug="accompagnement", subject="support", thanks="À très vite.")
    return "/accompagnement/"


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Nolwenn Tual",
        "email": "nolwenn@example.org",
        "need": "Travailler à plusieurs associations.",
        "key": str(uuid.uuid4()),
        **changes,
    }


def test_a_request_lands_in_the_back_office_and_mails_both(
    client: Client, url: str, office: Actor
) -> None:
    response = client.post(url, asked(), follow=True)
    assert "À très vite." in response.content.decode()
    enquiry = Enquiry.objects.get()
    assert (enquiry.channel, enquiry.subject) == ("web", "support")
    to_person, to_team = Message.objects.order_by("pk")
    assert (to_person.to_email, to_team.to_email) == ("nolwenn@example.org", "maison@example.org")
    assert enquiry.need not in opened(to_person).body_text + opened(to_team).body_text
    todo = office.get("/gestion/").content.decode()
    assert reverse("enquiries:inspect", args=[enquiry.pk]) in todo


def test_sending_twice_makes_one_request(client: Client, url: str) -> None:
    twice = asked()
    for _time in range(2):
        client.post(url, twice)
    assert Enquiry.objects.count() == 1
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"need": ""}, "Dites-nous"),
        ({"need": "x" * 4001}, "4000 caractères"),
        ({"name": "http://example.org"}, "ni adresse ni lien"),
        ({"email": ""}, "Laissez un courriel ou un téléphone"),
        ({"email": "nolwenn@"}, "n’est pas complet"),
        ({"phone": "demain"}, "numéro de téléphone"),
        ({"website": "x"}, "réservé aux robots"),
    ],
)
def test_a_faulty_request_is_refused_at_its_field_and_keeps_what_was_typed(
    client: Client, url: str, changes: dict[str, Any], expected: str
) -> None:
    response = client.post(url, asked(organisation="Les Hauts Prés", **changes))
    assert response.status_code == 422
    soup = BeautifulSoup(response.content, "html.parser")
    (fault,) = soup.select(".error-summary li")
    assert expected in fault.get_text()
    if link := fault.select_one("a"):
        assert soup.select_one(link["href"])["aria-invalid"] == "true"
    assert soup.select_one("[name=organisation]")["value"] == "Les Hauts Prés"
    assert not Enquiry.objects.exists()


def test_a_form_is_never_kept_needs_its_token_and_slows_robots(
    client: Client, url: str, settings: Any
) -> None:
    assert "no-store" in client.get(url)["Cache-Control"]
    assert Client(enforce_csrf_checks=True).post(url, asked()).status_code == 403
    settings.MESSAGES_PER_HOUR = 1
    client.post(url, asked())
    assert client.post(url, asked()).status_code == 429
    assert client.delete(url).status_code == 405
    assert Enquiry.objects.count() == 1


def test_without_a_fixed_subject_the_person_chooses(client: Client, home: HomePage) -> None:
    under(home, EnquiryPage, slug="contact")
    assert client.post("/contact/", asked()).status_code == 422
    client.post("/contact/", asked(subject="place"))
    assert Enquiry.objects.get().subject == "place"


def test_the_office_follows_closes_and_takes_up_a_request(office: Actor) -> None:
    enquiry = EnquiryFactory()

    def act(action: str, **data: Any) -> Any:
        return office.post(reverse(f"enquiries:{action}", args=[enquiry.pk]), data)

    act("plan", next_action="Rappeler", next_action_on="2027-01-15", follow_up="Absente.")
    enquiry.refresh_from_db()
    assert (enquiry.next_action, enquiry.handled_by) == ("Rappeler", office.user)
    assert act("close", outcome="nonsense").status_code == 422
    act("close", outcome="agreed", follow_up="Accord.")
    enquiry.refresh_from_db()
    assert (enquiry.outcome, enquiry.next_action) == ("agreed", "")
    assert enquiry.closed_at is not None
    refused = act("plan", next_action="Trop tard")
    assert refused.status_code == 422
    act("reopen")
    enquiry.refresh_from_db()
    assert enquiry.closed_at is None
    assert enquiry.outcome == ""


# --- The certificate ------------------------------------------------------------------------------


def test_the_certificate_itself_is_shown(client: Client, home: HomePage) -> None:
    document = Document(title="Certificat")
    document.file.save("certificat.pdf", ContentFile(b"%PDF-1.7"))
    under(home, CertificationPage, slug="certification", certificate_file=document)
    soup = read(client, "/certification/")
    link = soup.select_one(".certificate a.button")["href"]
    assert b"".join(client.get(link).streaming_content) == b"%PDF-1.7"
    shown = " ".join(texts(soup, "main"))
    assert "QUA-1" in shown
    assert "Un certificateur" in shown
    document.delete()


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves renditions open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_logo_never_goes_without_its_sentence_nor_on_the_page_of_a_course(
    client: Client, home: HomePage
) -> None:
    logo = Image.objects.create(title="Logo", file=get_test_image_file())
    under(home, CertificationPage, slug="certification", qualiopi_logo=logo)
    published_course(open_catalogue(home))
    for page in ("/", "/certification/"):
        soup = read(client, page)
        (figure,) = soup.select(".qualiopi")
        assert figure.select("img.qualiopi__logo")
        assert texts(soup, ".qualiopi figcaption") == [LEGEND]
    for page in ("/formations/", "/formations/gouvernance-partagee/"):
        soup = read(client, page)
        assert not soup.select(".qualiopi")
        assert "qualiopi" not in str(soup.select("img, svg, picture")).lower()


def test_without_a_file_a_drawing_says_that_it_only_keeps_the_place(
    client: Client, home: HomePage
) -> None:
    under(home, CertificationPage, slug="certification")
    soup = read(client, "/certification/")
    assert "démonstration" in soup.select_one(".qualiopi__placeholder").get_text()
    assert texts(soup, ".qualiopi figcaption") == [LEGEND]


# --- Results --------------------------------------------------------------------------------------


def test_a_rate_without_enough_answers_shows_its_formula_and_no_figure(
    client: Client, home: HomePage
) -> None:
    under(home, ResultsPage, slug="resultats")
    soup = read(client, "/resultats/")
    assert not soup.select("progress")
    cards = texts(soup, ".rate-card")
    assert len(cards) == 4
    assert all("Pas encore représentatif" in card and "÷" in card for card in cards)
