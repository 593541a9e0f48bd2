"""The product names no customer: another organisation uses it by recording its own name."""

import re

import pytest
from bs4 import BeautifulSoup

from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accounts.models import User
from certificates.domain.kinds import document_facts
from core.models import Organisation
from tests.cast import Actor
from tests.cms.pages import open_catalogue, publish, published_course
from tests.codebase.sources import ROOT, name_of, project_files, python_files
from tests.factories import OrganisationFactory

#: The customer of the demonstration, however it is written.
CUSTOMER = re.compile(r"\bId[ÉéE]al\b|\bID[ÉE]AL\b|\bidéal\b|\b[Nn][Oo][Ll][Aa]\b")
NAME = "Coopérative des Trois Rivières"


def test_only_the_demonstration_names_the_customer() -> None:
    templates = [path for path in project_files() if path.is_relative_to(ROOT / "templates")]
    styles = [path for path in project_files() if path.is_relative_to(ROOT / "static")]
    naming = [
        name_of(path)
        for path in [*templates, *styles, *python_files(product_only=True)]
        if path.suffix in {".py", ".html", ".txt", ".js", ".css", ".svg"}
        and "demo" not in path.relative_to(ROOT).parts
        and CUSTOMER.search(path.read_text(encoding="utf-8"))
    ]
    assert not naming


@pytest.fixture
def another_organisation(db: None) -> Organisation:
    return OrganisationFactory(legal_name="SCIC des Trois Rivières", trade_name=NAME)


def test_the_site_bears_the_name_recorded_for_the_organisation(
    client: Client, another_organisation: Organisation
) -> None:
    catalogue = open_catalogue()
    course = published_course(catalogue)
    home = publish(
        catalogue.get_parent().specific, tagline="Au fil de l’eau", site_description="Ici."
    )
    for address in ("/", "/formations/", course.url):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        assert page.title.text.endswith(f"· {NAME}")
        assert page.select_one(".brand").get_text(" ", strip=True) == f"{NAME} Au fil de l’eau"
        assert page.select_one('meta[property="og:site_name"]')["content"] == NAME
    assert home.tagline
    assert NAME in client.get("/flux/agenda.ics").content.decode()
    assert NAME in client.get("/flux/actualites.xml").content.decode()


def test_a_site_without_a_record_bears_the_name_of_its_installation(
    client: Client, db: None, settings: pytest.FixtureRequest
) -> None:
    settings.SITE_NAME = "Notre installation"
    assert "Notre installation" in client.get("/flux/agenda.ics").content.decode()
    assert "Notre installation" in render_to_string("500.html")


def test_documents_bear_the_name_recorded_for_the_organisation(
    another_organisation: Organisation,
) -> None:
    assert document_facts.organisation_facts(another_organisation)["name"] == NAME


def test_the_back_office_bears_the_name_of_the_installation(
    office: Actor, another_organisation: Organisation, settings: pytest.FixtureRequest
) -> None:
    settings.SITE_NAME = settings.WAGTAIL_SITE_NAME = "Notre installation"
    page = BeautifulSoup(office.get("/gestion/").content, "html.parser")
    assert "Notre installation" in page.title.text
    assert not CUSTOMER.search(page.get_text(" "))


def test_a_mail_of_login_names_no_other_organisation(
    client: Client, learner: Actor, another_organisation: Organisation
) -> None:
    user = User.objects.get(pk=learner.user.pk)
    client.post(reverse("account_request_login_code"), {"email": user.email})
    assert mail.outbox
    message = mail.outbox[0]
    assert not CUSTOMER.search(f"{message.subject} {message.body} {message.from_email}")
