"""The public form of complaints: what is kept, acknowledged, refused; who reads it."""

import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup

from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.models import JournalEntry, Message
from quality.forms import LARGEST_FILE
from quality.models import Complaint
from tests.cast import Actor
from tests.cms.pages import content_page, open_site, stream
from tests.factories import OrganisationFactory, SessionFactory
from tests.mails import opened
from tests.public_factories import ComplaintFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/reclamation/"


@pytest.fixture(autouse=True)
def _house() -> None:
    OrganisationFactory(email="maison@example.org")


def form_data(**changes: Any) -> dict[str, Any]:
    return {
        "author_kind": "learner",
        "text": "La salle était glaciale.",
        "author_name": "Rozenn Tual",
        "email": "rozenn@example.org",
        "key": str(uuid.uuid4()),
        **changes,
    }


def joined(content: bytes, name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def faults(response: Any) -> list[str]:
    assert response.status_code == 422
    soup = BeautifulSoup(response.content, "html.parser")
    return [item.get_text() for item in soup.select(".error-summary li")]


def test_a_complaint_is_kept_acknowledged_and_told_to_the_team(client: Client) -> None:
    session = SessionFactory(code="S-2027-09")
    response = client.post(ADDRESS, form_data(concerns="s-2027-09"), follow=True)
    assert "enregistrée" in response.content.decode()
    complaint = Complaint.objects.get()
    assert complaint.session == session
    assert complaint.acknowledged_at is not None
    acknowledgement, to_team = Message.objects.order_by("pk")
    assert acknowledgement.to_email == "rozenn@example.org"
    assert complaint.reference in acknowledgement.subject
    assert to_team.to_email == "maison@example.org"
    for message in (acknowledgement, to_team):
        assert "glaciale" not in opened(message).body_text
    assert JournalEntry.objects.filter(verb="complaint.received", session=session).exists()


def test_a_complaint_may_come_without_a_name(client: Client) -> None:
    client.post(ADDRESS, form_data(author_name="", email=""))
    complaint = Complaint.objects.get()
    assert complaint.acknowledged_at is None
    assert [message.to_email for message in Message.objects.all()] == ["maison@example.org"]


def test_sending_twice_makes_one_complaint_and_keeps_one_file(client: Client) -> None:
    twice = form_data()
    for _time in range(2):
        client.post(ADDRESS, {**twice, "attachment": joined(b"%PDF-1.7 essai", "a.pdf")})
    complaint = Complaint.objects.get()
    with storages["private"].open(complaint.file_key) as kept:
        assert kept.read() == b"%PDF-1.7 essai"
    assert complaint.file_name == "piece-jointe.pdf"
    assert len(storages["private"].listdir("complaint")[1]) == 1
    storages["private"].delete(complaint.file_key)


@pytest.mark.parametrize(
    "sent",
    [
        joined(b"\x89PNG" + b"0" * LARGEST_FILE),
        joined(b"MZ executable", "facture.pdf"),
        joined(b"<svg onload=alert(1)>", "dessin.svg"),
    ],
    ids=["too heavy", "not what its name says", "another kind"],
)
def test_a_refused_file_is_told_the_limit_and_what_was_typed_is_kept(
    client: Client, sent: SimpleUploadedFile
) -> None:
    response = client.post(ADDRESS, form_data(attachment=sent))
    (fault,) = faults(response)
    assert "5 Mo au plus" in fault
    assert "La salle était glaciale." in response.content.decode()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"text": ""}, "Racontez-nous"),
        ({"text": "x" * 6001}, "6000 caractères"),
        ({"author_kind": "martian"}, "Choisissez une réponse"),
        ({"email": "pas une adresse"}, "n’est pas complet"),
        ({"author_name": "Gagnez https://example.org"}, "ni adresse ni lien"),
        ({"website": "https://example.org"}, "réservé aux robots"),
        ({"attachment": joined(b"", "vide.pdf")}, "est vide"),
    ],
)
def test_a_faulty_complaint_is_refused_with_a_link_to_its_field(
    client: Client, changes: dict[str, Any], expected: str
) -> None:
    (fault,) = faults(client.post(ADDRESS, form_data(**changes)))
    assert expected in fault
    assert not Complaint.objects.exists()


def test_too_many_messages_from_one_place_wait(client: Client, settings: Any) -> None:
    settings.MESSAGES_PER_HOUR = 1
    client.post(ADDRESS, form_data())
    response = client.post(ADDRESS, form_data(text="Encore."))
    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert "Encore." in response.content.decode()
    assert Complaint.objects.count() == 1


def test_the_form_needs_its_token_and_is_never_kept() -> None:
    client = Client(enforce_csrf_checks=True)
    assert "no-store" in client.get(ADDRESS)["Cache-Control"]
    assert client.post(ADDRESS, form_data()).status_code == 403
    assert not Complaint.objects.exists()


def test_editors_write_what_stands_above_the_form(client: Client) -> None:
    content_page(
        open_site(),
        title="Nous le dire",
        slug="reclamation",
        body=stream(("text", "<p>Nous répondons toujours.</p>")),
    )
    soup = BeautifulSoup(client.get(ADDRESS).content, "html.parser")
    assert [title.get_text() for title in soup.select("h1")] == ["Nous le dire"]
    assert "Nous répondons toujours." in soup.select_one("main").get_text()
    assert soup.select_one("form [name=text]")


def test_the_file_of_a_complaint_is_read_by_those_in_charge_only(
    quality: Actor, office: Actor
) -> None:
    key = storages["private"].save("complaint/essai", joined(b"%PDF-1.7"))
    complaint = ComplaintFactory(file_key=key, file_name="piece-jointe.pdf")
    address = f"/gestion/qualite/reclamations/{complaint.pk}/piece-jointe/"
    response = quality.get(address)
    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert office.get(address).status_code == 302
    shown = quality.get(f"/gestion/qualite/reclamations/inspect/{complaint.pk}/")
    assert complaint.text in shown.content.decode()
    storages["private"].delete(key)


def test_the_file_of_a_complaint_opens_for_who_reads_it_and_a_lost_one_is_not_found(
    client: Client, quality: Actor
) -> None:
    client.post(ADDRESS, form_data(attachment=joined(b"%PDF-1.7 essai", "a.pdf")))
    complaint = Complaint.objects.get()
    url = reverse("complaints:file", args=[complaint.pk])
    answer = quality.get(url)
    assert b"".join(answer) == b"%PDF-1.7 essai"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    storages["private"].delete(complaint.file_key)
    assert quality.get(url).status_code == 404
