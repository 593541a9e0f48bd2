"""The site in a real Chromium: accessible, in both schemes, on small and large screens."""

import gzip
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from cms.demo.site import seed_site
from tests.cms.pages import open_session
from tests.factories import EnrolmentFactory, OrganisationFactory, VenueFactory

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PAGES = [
    "/",
    "/formations/",
    "/formations/calendrier/",
    "/recherche/?q=lieux",
    "/formations/gouvernance-partagee/",
    "/cooperer/etre-accompagne/",
]
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_pages_are_accessible(
    screen: str,
    scheme: str,
    request: pytest.FixtureRequest,
    assert_accessible: Callable[["Page"], None],
) -> None:
    page = request.getfixturevalue(screen)
    page.emulate_media(color_scheme=scheme)
    for address in PAGES:
        page.goto(address)
        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, f"{address} scrolls sideways"


def test_pages_are_light_and_ask_nothing_of_other_sites(page: "Page") -> None:
    for address in [*PAGES, "/formations/creer-animer-tiers-lieu/"]:
        weights: dict[str, int] = {}

        def weigh(response: object, weights: dict[str, int] = weights) -> None:
            # The product sends its texts compressed; pictures are not counted.
            if response.request.resource_type != "image":
                weights[response.url] = len(gzip.compress(response.body()))

        page.on("response", weigh)
        page.goto(address, wait_until="networkidle")
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
    assert page.locator(".catalogue .card").count() == 2
    page.get_by_role("link", name=re.compile("Gouvernance partagée")).click()
    page.get_by_role("link", name="S’inscrire", exact=True).click()
    assert page.url.endswith("/inscription/S-2027-01/")
    context.close()


def test_the_keyboard_goes_straight_to_the_content(page: "Page") -> None:
    page.goto("/formations/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


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
