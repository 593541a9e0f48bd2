"""A real Chromium, driven by Playwright, in front of the live server.

`page` (1440 × 900) and `phone` (390 × 844) are open on the site; both refuse other sites, and a
script error or a refusal of the content security policy fails the test that meets it.
`sign_in(page, actor)` gives a browser the session of a person of the cast;
`assert_accessible(page)` runs axe on what is shown.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

    from tests.cast import Actor

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: WCAG 2.2 level AA and good practice; only what is at fault is described, which is quicker.
AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}


AXE_COLOURS = {**AXE_OPTIONS, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
AXE_RUN = """async options => (await axe.run(options)).violations.map(
    rule => rule.id + " at " + rule.nodes.map(node => node.target).join(", "))"""
# A browser paints nothing before the style sheets have come, but answers questions before. While
# the sheet that gives something its display is there and the one that hides it is not, what is
# hidden counts as shown. Nobody sees that moment; here it does not exist.
HIDDEN_FROM_THE_START = """{
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("[hidden] { display: none !important; }");
    document.adoptedStyleSheets.push(sheet);
}"""
#: A desk and a phone.
SCREENS = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})


class BrowserFault(AssertionError):
    """The browser complained about a page."""


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """Debian's Chromium, without a screen. Playwright's own download is not used."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed: script/setup --install test installs it.")
    # Playwright keeps an event loop in this thread, where Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    # Chromium's sandbox does not start for root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=quiet + sandbox)
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def open_page(browser: "Browser", base_url: str, **options: Any) -> Iterator["Page"]:
    """A new browser window on the site; raises `BrowserFault` at the end if a page was at fault.

    Without motion: nothing has to be waited for while a page slides to where one is.
    """
    context = browser.new_context(
        base_url=base_url, locale="fr-FR", reduced_motion="reduce", **options
    )
    context.set_default_timeout(15_000)  # milliseconds
    faults: list[str] = []

    def only_here(route: Any) -> None:
        address = route.request.url
        if address.startswith((base_url, "data:", "blob:")):
            route.continue_()
        else:
            faults.append(f"asks another site for {address}")
            route.abort()

    def listen(page: "Page") -> None:
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on(
            "console",
            lambda line: faults.append(line.text) if _is_fault(line.type, line.text) else None,
        )

    context.route("**/*", only_here)
    context.on("page", listen)
    context.add_init_script(HIDDEN_FROM_THE_START)
    try:
        yield context.new_page()
    finally:
        context.close()
    if faults:
        raise BrowserFault("\n".join(faults))


def _is_fault(kind: str, text: str) -> bool:
    # A page answered with 403 or 404 is written to the console too; tests ask for some.
    return kind == "error" and "Failed to load resource" not in text


def what_is_shown(used: dict[str, Any]) -> list[tuple[str, str]]:
    """The words of each window of a test that failed, to be read under its failure."""
    from playwright.sync_api import Error, Page

    shown = []
    for opened in (value for value in used.values() if isinstance(value, Page)):
        for window in opened.context.pages:
            try:
                words = window.evaluate("document.body.innerText")
            except Error as error:
                words = str(error)
            shown.append((f"Shown at {window.url}", words))
    return shown


def visit(page: "Page", address: str) -> None:
    """Open an address, also while the page that is there was about to load another by itself."""
    from playwright.sync_api import Error

    for attempt in range(5):
        try:
            page.goto(address)
        except Error as error:
            cut = "ERR_ABORTED" in error.message or "interrupted by another" in error.message
            if not cut or attempt == 4:
                raise
        else:
            return


@pytest.fixture
def page(chromium: "Browser", live_server: "LiveServer") -> Iterator["Page"]:
    with open_page(chromium, live_server.url, viewport={"width": 1440, "height": 900}) as opened:
        yield opened


@pytest.fixture
def phone(chromium: "Browser", live_server: "LiveServer") -> Iterator["Page"]:
    options = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with open_page(chromium, live_server.url, **options) as opened:
        yield opened


@pytest.fixture
def sign_in(live_server: "LiveServer") -> Callable[["Page", "Actor"], None]:
    """Gives the browser the session of a person of the cast."""

    def give(page: "Page", actor: "Actor") -> None:
        cookie = actor.cookies["sessionid"]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )

    return give


@pytest.fixture
def assert_accessible() -> Callable[["Page"], None]:
    """Fails with what axe finds on the page as it is shown (WCAG 2.2 AA and good practice)."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: "Page") -> None:
        page.wait_for_load_state()  # a page reached by a click may lack its styles yet
        results = Axe().run(page, options=AXE_OPTIONS)
        if results.violations_count:
            raise BrowserFault(f"{page.url}\n{results.generate_report()}")

    return check


def faults_in_every_look(page: "Page", address: str) -> list[str]:
    """What is wrong with a page at a desk and on a phone, in light and dark: axe, and its width.

    The page is loaded once, axe too. Without motion: colours caught on their way from one scheme
    to the other would be measured. Between two schemes nothing changes but colours.
    """
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(address)
    page.evaluate(Axe().axe_script)
    faults = []
    for screen in SCREENS:
        page.set_viewport_size(screen)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{address} is wider than {screen['width']} px")
        for scheme, options in (("light", AXE_OPTIONS), ("dark", AXE_COLOURS)):
            page.emulate_media(color_scheme=scheme)
            faults += [
                f"{address}, {screen['width']} px, {scheme}: {fault}"
                for fault in page.evaluate(AXE_RUN, options)
            ]
    return faults
