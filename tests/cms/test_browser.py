"""The site in a real Chromium: light, by keyboard, without JavaScript, on paper.

Its accessibility is in `test_every_page_in_browser.py`.
"""

import gzip
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from cms.demo.site import seed_site
from quality.models import Complaint
from tests.cms.pages import open_session
from tests.cms.test_every_page_in_browser import PAGES
from tests.factories import EnrolmentFactory, OrganisationFactory, VenueFactory
from training.models import Enquiry

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
WEIGHT = 60 * 1024  # bytes, pictures left out


@pytest.fixture(autouse=True)
def _site(transactional_db: None, settings: Any) -> None:
    settings.DEMO = True
    OrganisationFactory()
    courses = seed_site(actor=None)
    course = courses["gouvernance-partagee"]
    venue = VenueFactory(name="Le Point du Jour", city="Savenay")
    open_session(course, in_days=20, venue=venue, code="S-2027-01")
    full = open_session(course, in_days=50, max_seats=1, code="S-2027-02")
    EnrolmentFactory(session=full)


def test_pages_are_light_and_ask_nothing_of_other_sites(page: "Page") -> None:
    for url in [*PAGES, "/formations/creer-animer-tiers-lieu/"]:
        weights: dict[str, int] = {}

        def weigh(response: object, weights: dict[str, int] = weights) -> None:
            # The product sends its texts compressed; pictures are not counted.
            if response.request.resource_type != "image":
                weights[response.url] = len(gzip.compress(response.body()))

        page.on("response", weigh)
        page.goto(url)
        page.remove_listener("response", weigh)
        assert sum(weights.values()) <= WEIGHT, weights


def test_the_catalogue_is_filtered_and_a_course_found_without_javascript(
    chromium: "Browser", live_server: "LiveServer"
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("navigation", name="Navigation principale").get_by_text("Se former").click()
    page.get_by_label("Thème").select_option("Vie coopérative")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator(".catalogue .card")).to_have_count(2)
    page.get_by_role("link", name=re.compile("Gouvernance partagée")).click()
    page.get_by_role("link", name="S’inscrire", exact=True).click()
    page.wait_for_url("**/inscription/S-2027-01/")
    context.close()


def test_requests_and_complaints_are_sent_without_javascript(
    chromium: "Browser", live_server: "LiveServer"
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/cooperer/etre-accompagne/")
    page.get_by_label("Votre demande").fill("Nous sommes trois associations.")
    page.get_by_label("Votre nom").fill("Nolwenn Tual")
    page.get_by_label("Courriel").fill("nolwenn@example.org")
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url("**merci**")
    page.goto("/reclamation/")
    page.get_by_label("Quelqu’un d’autre").check()
    page.get_by_label("Ce qui s’est passé").fill("La salle était glaciale.")
    page.get_by_role("button", name="Envoyer ma réclamation").click()
    page.wait_for_url("**merci**")
    context.close()
    assert (Enquiry.objects.count(), Complaint.objects.count()) == (1, 1)


def focused(page: "Page") -> str:
    """What the keyboard is on: its words, or its name in a form."""
    return page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")


def press_tab_until(page: "Page", wanted: str) -> None:
    """As a person without a mouse would; fails if it is not on the way."""
    for _rank in range(60):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            return
    raise AssertionError(f"Tab never comes to {wanted}.")


def test_the_site_is_walked_by_keyboard(page: "Page") -> None:
    page.goto("/formations/")
    page.keyboard.press("Tab")
    assert focused(page) == "Aller au contenu"
    page.keyboard.press("Enter")
    page.locator("#contenu:focus").wait_for()
    press_tab_until(page, "q")
    page.keyboard.type("gouvernance")
    page.wait_for_url("**/formations/?q=gouvernance")
    expect(page.locator("#compte")).to_contain_text("gouvernance")
    press_tab_until(page, "Tout afficher")
    page.keyboard.press("Enter")
    page.wait_for_url("**/formations/")
    press_tab_until(page, "sans-prerequis")
    page.keyboard.press("Space")
    page.wait_for_url("**/formations/?sans-prerequis=1")
    expect(page.get_by_role("link", name="Tout afficher")).to_be_visible()
    # The menu, from the top of the page.
    page.goto("/")
    press_tab_until(page, "Coopérer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cooperer/")


def test_a_request_and_a_complaint_are_sent_by_keyboard(page: "Page") -> None:
    page.goto("/cooperer/etre-accompagne/")
    for name, words in (
        ("need", "Nous sommes trois associations."),
        ("name", "Nolwenn Tual"),
        ("email", "nolwenn@example.org"),
    ):
        press_tab_until(page, name)
        page.keyboard.type(words)
    press_tab_until(page, "Envoyer")
    page.keyboard.press("Enter")
    page.wait_for_url("**?merci")
    page.goto("/reclamation/")
    press_tab_until(page, "author_kind")
    page.keyboard.press("Space")
    press_tab_until(page, "text")
    page.keyboard.type("La salle était glaciale.")
    press_tab_until(page, "Envoyer ma réclamation")
    page.keyboard.press("Enter")
    page.wait_for_url("**?merci")
    assert (Enquiry.objects.count(), Complaint.objects.count()) == (1, 1)


def test_a_card_shows_where_the_keyboard_is(page: "Page") -> None:
    page.goto("/formations/")
    page.locator(".card h2 a").first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    outline = page.locator(".card").first.evaluate("item => getComputedStyle(item).outlineStyle")
    assert outline == "solid"


def test_a_printed_course_keeps_its_words_and_drops_the_rest(page: "Page") -> None:
    page.goto("/formations/gouvernance-partagee/")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.get_by_text("Mises en situation filmées").is_visible()
    assert not page.get_by_role("navigation", name="Navigation principale").is_visible()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"


def test_the_bar_of_editors_does_not_trouble_the_page(
    page: "Page", editor: object, sign_in: Callable[..., None]
) -> None:
    sign_in(page, editor)
    page.goto("/formations/gouvernance-partagee/")
    page.locator("wagtail-userbar").wait_for(state="attached")
    assert page.locator("h1").inner_text().startswith("Gouvernance partagée")


def test_the_answer_follows_the_question_without_leaving_the_page(page: "Page") -> None:
    page.goto("/formations/")
    page.get_by_label("Thème").select_option("Vie coopérative")
    page.wait_for_url("**/formations/?theme=gouvernance")
    expect(page.locator(".catalogue .card")).to_have_count(2)
    page.get_by_label("Que cherchez-vous").fill("gouvernances")
    expect(page.locator("#compte")).to_contain_text("gouvernances")
    assert page.evaluate("document.activeElement.id") == "filtre-q"
    page.go_back()
    expect(page.locator(".catalogue .card")).to_have_count(2)
