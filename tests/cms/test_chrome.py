"""What stands around every page: navigation, footer, banners, pages of error."""

from typing import Any

import pytest
from bs4 import BeautifulSoup

from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from wagtail.models import Site

from operations.views import csrf_failure
from tests.cms.pages import content_page, open_catalogue, open_site, published_course
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def soup_of(response: object) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")  # type: ignore[attr-defined]


def test_the_navigation_follows_the_menus_of_editors(client: Client) -> None:
    home = open_site()
    content_page(home, title="Coopérer", slug="cooperer", show_in_menus=True)
    content_page(home, title="Cachée", slug="cachee")
    content_page(home, title="Brouillon", slug="brouillon", show_in_menus=True, live=False)
    soup = soup_of(client.get("/cooperer/"))
    entries = [link.get_text() for link in soup.select(".site-nav a")]
    assert entries == ["Coopérer", "Mon espace"]
    assert [link.get_text() for link in soup.select(".site-nav [aria-current]")] == ["Coopérer"]


def test_a_course_keeps_its_section_current_and_its_path(client: Client) -> None:
    published_course(open_catalogue())
    soup = soup_of(client.get("/formations/gouvernance-partagee/"))
    assert soup.select_one(".site-nav [aria-current]").get_text() == "Se former"
    path = [(link.get_text(), link["href"]) for link in soup.select(".breadcrumbs a")]
    assert path == [("Accueil", "/"), ("Se former", "/formations/")]


def test_the_footer_lists_pages_by_column(client: Client) -> None:
    home = open_site()
    content_page(home, title="Mentions légales", slug="mentions", footer_column="site")
    open_catalogue(home)
    soup = soup_of(client.get("/"))
    columns = {
        column.select_one("h2").get_text(): [link.get_text() for link in column.select("a")]
        for column in soup.select("footer nav")
    }
    assert columns["Ce site"] == ["Mentions légales"]
    assert columns["Se former"][0] == "Catalogue"
    assert "Vérifier un certificat" in columns["Se former"]


def test_the_activity_number_never_goes_without_its_sentence(client: Client) -> None:
    OrganisationFactory()
    open_site()
    footer = soup_of(client.get("/")).select_one("footer").get_text()
    assert "52440000000" in footer
    assert "Cet enregistrement ne vaut pas agrément de l’État." in footer


def test_without_a_number_nothing_is_said_of_it(client: Client) -> None:
    open_site()
    assert "enregistrement" not in soup_of(client.get("/")).select_one("footer").get_text()


def test_the_demonstration_says_what_it_is(client: Client, settings: Any) -> None:
    open_site()
    assert not soup_of(client.get("/")).select(".demo-banner")
    settings.DEMO = True
    assert "Démonstration" in soup_of(client.get("/")).select_one(".demo-banner").get_text()


def test_an_unknown_address_answers_in_the_site_look(client: Client) -> None:
    open_site()
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert soup_of(response).select_one("h1").get_text() == "Cette page n’existe pas, ou plus."


def test_an_unknown_address_answers_even_before_there_is_a_site(client: Client) -> None:
    Site.objects.all().delete()
    assert client.get("/nulle-part/").status_code == 404


def test_a_form_kept_open_too_long_is_explained(rf: RequestFactory) -> None:
    response = csrf_failure(rf.post("/"))
    assert response.status_code == 403
    assert "Rien n’a été enregistré" in response.content.decode()


def test_the_page_of_a_broken_server_needs_neither_database_nor_request(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    with django_assert_num_queries(0):
        html = render_to_string("500.html")
    assert "Quelque chose s’est cassé de notre côté." in html


def test_the_page_of_a_refusal_has_the_site_look(rf: RequestFactory) -> None:
    html = render_to_string("403.html", request=rf.get("/"))
    assert "Cette page ne vous est pas ouverte." in html
