"""Every type of page, in both schemes, on a phone and at a desk: accessible, never too wide.

One site is seeded and one window opened for them all: each page is loaded once, then looked at
in every way, which costs far less than a test for each.
"""

from typing import TYPE_CHECKING, Any

import pytest

from django.template.loader import render_to_string

from certificates.demo import seed_texts
from cms.demo.site import seed_site
from tests.browsing import faults_in_every_look
from tests.cms.pages import open_session
from tests.factories import EnrolmentFactory, OrganisationFactory, VenueFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PAGES = [
    "/",
    "/formations/",
    "/formations/?q=introuvable",
    "/formations/?theme=nulle-part",
    "/formations/calendrier/",
    "/formations/gouvernance-partagee/",
    "/cooperer/",
    "/cooperer/faire-ensemble/",
    "/cooperer/lexique/",
    "/cooperer/annuaire/",
    "/cooperer/etre-accompagne/",
    "/actualites/",
    "/actualites/le-village-a-blain/",
    "/nous-rencontrer/le-point-du-jour/",
    "/nous-rencontrer/agenda/",
    "/nous-rencontrer/agenda/porte-ouverte/",
    "/nous-rencontrer/agenda/village-2022/",
    "/nous-rencontrer/contact/",
    "/nos-resultats/",
    "/notre-certification/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/accessibilite-numerique/",
    "/plan-du-site/",
    "/recherche/?q=lieux",
    "/reclamation/",
    "/reclamation/?merci",
    "/documents/textes/conditions-generales/",
    "/documents/verifier/",
    "/compte/login/",
    "/inscription/S-OUVERTE/",
    "/inscription/S-PLEINE/",
    "/inscription/S-FERMEE/",
    "/inscription/S-OUVERTE/merci/",
    "/inscription/S-OUVERTE/merci/?liste-attente",
    "/nulle-part/",
]
ERRORS = {"/erreur/403/": "403.html", "/erreur/500/": "500.html"}


@pytest.fixture(autouse=True)
def _site(transactional_db: None, settings: Any) -> None:
    settings.DEMO = True
    OrganisationFactory()
    seed_texts({})
    course = seed_site(actor=None)["gouvernance-partagee"]
    venue = VenueFactory(name="Le Point du Jour", city="Savenay")
    open_session(course, in_days=20, venue=venue, code="S-OUVERTE")
    full = open_session(course, in_days=50, max_seats=1, code="S-PLEINE")
    EnrolmentFactory(session=full)
    open_session(course, in_days=-5, venue=venue, code="S-FERMEE")


def test_every_type_of_page_is_accessible_in_every_look(page: "Page") -> None:
    def answer(route: "Route") -> None:
        path = route.request.url.split("/", 3)[3]
        route.fulfill(body=render_to_string(ERRORS[f"/{path}"]), content_type="text/html")

    # The server answers these only when it is at fault.
    page.route("**/erreur/*/", answer)
    faults = [fault for url in [*PAGES, *ERRORS] for fault in faults_in_every_look(page, url)]
    assert not faults, "\n".join(faults)
