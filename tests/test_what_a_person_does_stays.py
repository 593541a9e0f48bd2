"""What a person does on a page is undone neither by a late script nor by what htmx replaces.

The pages are found in the templates: one more that loads a script of ours, or that is replaced in
part, fails here until it has its line.
"""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from attendance.domain.room_codes import room_code
from certificates.domain.sealing import integrity
from certificates.models import DocumentBatch
from cms.demo.site import seed_site
from core.domain import list_exports
from exchange.domain.registers import lifecycle
from exchange.enums import ImportState
from tests.attendance.people import Room, about_to_end, link_of
from tests.cms.pages import open_session
from tests.factories import (
    AuditPackFactory,
    HalfDayFactory,
    ImportBatchFactory,
    JobFactory,
    OrganisationFactory,
    SessionFactory,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.cast import Actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
TEMPLATES = Path(settings.BASE_DIR) / "templates"
TOKEN = "un-lien-personnel-d-essai"
#: By template that loads a script of ours: the place, who goes there, what they are on meanwhile.
LATE: dict[str, tuple[str, str, str]] = {
    "account/logout.html": ("logout", "trainer", "[data-forget] button"),
    "certificates/backoffice/batch.html": ("batch", "office", "main a:has-text('Actualiser')"),
    "certificates/backoffice/integrity_check.html": (
        "check", "direction", "main a:has-text('Actualiser')",
    ),
    "certificates/verify_form.html": ("verify", "", "[name=sha256]"),
    "cms/catalogue/page.html": ("catalogue", "", "#filtre-q"),
    "core/backoffice/list_export.html": ("export", "office", "main a:has-text('Actualiser')"),
    "mfa/webauthn/snippets/scripts.html": ("login", "", "[name=login]"),
    "portal/enrol.html": ("enrol", "", "[name=employer_name]"),
    "portal/phone/late.html": ("late", "", ".signature__type [name=signed_name]"),
    "portal/phone/sign.html": ("own", "", ".signature__type [name=signed_name]"),
    "portal/phone/done.html": ("done", "", "a[href*='autre=']"),
    "portal/phone/who.html": ("who", "", ".names a >> nth=0"),
    "portal/trainer/day.html": ("day", "trainer", ".slot a >> nth=0"),
    "portal/trainer/half_day.html": ("half_day", "trainer", ".people summary >> nth=0"),
    "portal/trainer/lock.html": ("lock", "trainer", ".signature__type [name=signed_name]"),
    "portal/trainer/offline.html": ("offline", "trainer", "header a >> nth=0"),
    "portal/trainer/outbox.html": ("day", "trainer", "main a >> nth=0"),
    "portal/trainer/sign.html": ("sign", "trainer", ".signature__type [name=signed_name]"),
    "quality/backoffice/pack.html": ("pack", "quality", "main a:has-text('Actualiser')"),
    "exchange/imports/show.html": ("import", "office", "main a:has-text('Actualiser')"),
}  # fmt: skip
#: By template with a part that htmx replaces: the place, who goes there; something keeps the focus.
POLLED = {
    "certificates/backoffice/batch.html": ("batch", "office"),
    "certificates/backoffice/integrity_check.html": ("check", "direction"),
    "core/backoffice/list_export.html": ("export", "office"),
    "portal/trainer/half_day_list.html": ("half_day", "trainer"),
    "quality/backoffice/pack.html": ("pack", "quality"),
    "exchange/imports/show.html": ("import", "office"),
}
FORMS = {"cms/catalogue/filters.html"}
#: The scripts of every page with a signature.
SIGNATURE = "portal/trainer/signature_scripts.html"
#: Pages that send again by themselves what was typed: nothing is typed there.
SENT_AGAIN = {"account/wait.html", "portal/phone/code.html"}
HTMX = "components/htmx.html"
#: The page of a background job, in the kit of the back office, and what it replaces.
JOB_PAGE = "core/backoffice/job_page.html"
JOB_PROGRESS = "core/backoffice/job_progress.html"
JOB_UNDER_WAY = "core/backoffice/job_under_way.html"


def _templates(pattern: str) -> set[str]:
    return {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if re.search(pattern, path.read_text())
    }


def test_every_page_with_a_script_and_every_part_that_is_replaced_is_tried() -> None:
    job_pages = _templates(f'extends "{JOB_PAGE}"')
    included = _templates(f'include "{HTMX}"') | _templates(f'include "{SIGNATURE}"')
    loading = _templates(r"static 'js/") | included | job_pages
    assert loading - {HTMX, SIGNATURE, JOB_PAGE} - SENT_AGAIN == set(LATE)
    replaced = _templates(r"\bhx-get=") | _templates(f'include "{JOB_UNDER_WAY}"')
    assert replaced - {JOB_PROGRESS} == set(POLLED) | FORMS
    assert job_pages == _templates(f'include "{JOB_UNDER_WAY}"')
    # Never without what keeps the focus.
    assert _templates(r"{% htmx_script") == {HTMX}


# --- The places -----------------------------------------------------------------------------------


@pytest.fixture
def here(trainer: "Actor") -> Room:
    """A half-day that ends soon, with Aïcha, Paul and Léa; Aïcha has her link."""
    place = about_to_end().taught_by(trainer.person)
    link_of(place.enrolments[0], TOKEN, expires_at=timezone.now() + dt.timedelta(days=1))
    return place


@pytest.fixture
def address_of(request: pytest.FixtureRequest, settings: Any) -> Callable[["Page", str], str]:
    """Makes what a place shows, and answers its address."""

    def half_day(name: str) -> str:
        place: Room = request.getfixturevalue("here")
        base = f"/espace/formateur/demi-journee/{place.half_day.pk}/"
        if name == "lock":
            for enrolment in place.enrolments:
                place.sign(enrolment)
        first = place.enrolments[0].uuid
        return {"lock": f"{base}clore/", "sign": f"{base}signer/{first}/"}.get(name, base)

    def own(page: "Page", name: str) -> str:
        place: Room = request.getfixturevalue("here")
        if name == "late":
            yesterday = timezone.localdate() - dt.timedelta(days=1)
            HalfDayFactory(session=place.session, day=yesterday)
            return f"/emargement/{TOKEN}/apres/"
        page.goto(f"/emargement/{TOKEN}/")
        code = room_code(half_day=place.half_day, actor=place.actor)
        page.get_by_label("Code affiché").fill(code)
        page.keyboard.press("Enter")
        page.wait_for_url("**/signer/**")
        return page.url

    def after_the_code(page: "Page", name: str) -> str:
        place: Room = request.getfixturevalue("here")
        page.goto("/emargement/")
        page.get_by_label("Code affiché").fill(
            room_code(half_day=place.half_day, actor=place.actor)
        )
        page.keyboard.press("Enter")
        page.wait_for_url("**/qui/")
        return {"done": "/emargement/merci/", "who": "/emargement/qui/"}[name]

    def enrol() -> str:
        session = SessionFactory()
        HalfDayFactory(session=session)
        return reverse("portal:enrol", args=[session.code])

    def catalogue() -> str:
        settings.DEMO = True
        OrganisationFactory()
        open_session(seed_site(actor=None)["gouvernance-partagee"], in_days=20, code="S-1")
        return "/formations/"

    def batch() -> str:
        made = DocumentBatch.objects.create(
            output="zip", month=timezone.localdate().replace(day=1), job=JobFactory(total=3)
        )
        return reverse("document-batches:show", args=[made.uuid])

    def answer(page: "Page", name: str) -> str:
        if name in {"half_day", "lock", "sign"}:
            return half_day(name)
        if name in {"late", "own"}:
            return own(page, name)
        if name in {"done", "who"}:
            return after_the_code(page, name)
        if name == "day":
            request.getfixturevalue("here")
        if name == "export":
            actor = request.getfixturevalue("office").user
            query = {"path": "/gestion/inscriptions/", "query": "export=csv", "rows": 30_000}
            return reverse("list-export", args=[list_exports.ask(**query, actor=actor).uuid])
        if name == "check":
            made = integrity.request_check(actor=None)
            return reverse("document-integrity:show", args=[made.uuid])
        if name == "pack":
            pack = AuditPackFactory(job=JobFactory(total=3))
            return reverse("audit-packs:show", args=[pack.uuid])
        if name == "import":
            made = ImportBatchFactory(state=ImportState.UPLOADED)
            JobFactory(task=lifecycle.PREVIEW_TASK, subject_id=str(made.pk), total=3)
            return reverse("imports:show", args=[made.uuid])
        plain = {
            "login": "/compte/login/",
            "logout": "/compte/logout/",
            "day": "/espace/formateur/",
            "offline": "/espace/formateur/hors-ligne/",
            "verify": "/documents/verifier/",
        }
        return plain.get(name) or {"batch": batch, "catalogue": catalogue, "enrol": enrol}[name]()

    return answer


def _enter(page: "Page", who: str, request: pytest.FixtureRequest) -> None:
    if who:
        request.getfixturevalue("sign_in")(page, request.getfixturevalue(who))


class Held:
    """Answers kept back until `let_go`."""

    def __init__(self, page: "Page", pattern: str) -> None:
        self.routes: list[Route] = []
        self.is_over = False
        page.route(pattern, self._hold)

    def _hold(self, route: "Route") -> None:
        if self.is_over:
            route.continue_()
        else:
            self.routes.append(route)

    def let_go(self) -> None:
        self.is_over = True
        while self.routes:
            self.routes.pop().continue_()


def _until(page: "Page", truth: str) -> None:
    """Waits for it in the page; the content security policy refuses Playwright's own way."""
    for _try in range(150):
        if page.evaluate(f"Boolean({truth})"):
            return
        page.wait_for_timeout(100)  # milliseconds
    pytest.fail(f"never true: {truth}")


# --- A script that comes late ---------------------------------------------------------------------

KEEP = "document.activeElement.kept = true"
IS_KEPT = "document.activeElement.kept === true"
IS_SHOWN = (
    "document.readyState !== 'loading' && "
    "[...document.querySelectorAll('link[rel=stylesheet]')].every(link => link.sheet)"
)


@pytest.mark.parametrize("typed", ["", "Aïcha Morvan"])
@pytest.mark.parametrize("template", sorted(LATE))
def test_a_script_that_comes_late_undoes_nothing(
    page: "Page", request: pytest.FixtureRequest, address_of: Any, template: str, typed: str
) -> None:
    name, who, on = LATE[template]
    _enter(page, who, request)
    address = address_of(page, name)
    held = Held(page, "**/*.js")
    page.goto(address, wait_until="commit")
    item = page.locator(on)
    item.wait_for(state="attached")
    # Nobody acts on a page that is not shown yet: what the style moves is not the script's doing.
    _until(page, IS_SHOWN)
    # As a person does who finds it closed.
    around = item.locator("xpath=ancestor::details[not(@open)][1]/summary")
    if around.count() and not on.startswith(".people"):
        around.click()
    if on.startswith(".people"):
        item.click()
    item.focus()
    if typed and item.evaluate("item => item.matches('input')"):
        page.keyboard.type(typed)
    page.evaluate(KEEP)
    is_open = "[...document.querySelectorAll('main details')].map(item => item.open)"
    before = page.evaluate(is_open)
    top = item.evaluate("item => item.getBoundingClientRect().top")
    assert held.routes, "no script was on its way"
    held.let_go()
    page.wait_for_load_state("load")
    page.evaluate("new Promise(then => setTimeout(then, 300))")
    assert page.evaluate(IS_KEPT)
    assert page.evaluate(is_open)[: len(before)] == before
    expect(item).to_be_visible()
    if typed and item.evaluate("item => item.matches('input')"):
        expect(item).to_have_value(typed)
    if not who or who == "trainer":
        # In place, not only in the page (the back office has its own scripts above).
        box = item.bounding_box()
        assert box is not None
        assert -1 < box["y"] < 900, (top, box)


# --- What htmx replaces ---------------------------------------------------------------------------


@pytest.mark.parametrize("template", sorted(POLLED))
def test_the_focus_stays_where_it_is_when_a_part_is_replaced(
    page: "Page", request: pytest.FixtureRequest, address_of: Any, template: str
) -> None:
    name, who = POLLED[template]
    _enter(page, who, request)
    page.goto(address_of(page, name))
    _until(page, "window.htmx")
    page.evaluate("window.swaps = 0; addEventListener('htmx:afterSwap', () => (window.swaps += 1))")
    if name == "half_day":
        page.get_by_role("link", name="Signer pour Léa Martin").focus()
        page.evaluate(KEEP)
        place: Room = request.getfixturevalue("here")
        place.sign(place.enrolments[0])
        page.get_by_text("1 sur 3 en présence.").wait_for()
        expect(page.locator("#live .mark")).to_have_count(1)
    else:
        page.get_by_role("link", name="Actualiser").focus()
        page.evaluate(KEEP)
        _until(page, "window.swaps >= 2")
    assert page.evaluate(IS_KEPT)


def test_a_choice_under_way_makes_the_list_wait_and_the_count_goes_on(
    page: "Page", request: pytest.FixtureRequest, address_of: Any, here: Room
) -> None:
    _enter(page, "trainer", request)
    page.goto(address_of(page, "half_day"))
    page.get_by_text("Indiquer une absence de Paul Durand").click()
    page.keyboard.press("Tab")
    page.evaluate(KEEP)
    here.sign(here.enrolments[0])
    page.get_by_text("1 sur 3 en présence.").wait_for()
    assert page.evaluate(IS_KEPT)
    expect(page.locator("#live .mark")).to_have_count(0)
    page.locator("h1").click()
    expect(page.locator("#live .mark")).to_have_count(1)


def _asked(page: "Page") -> list[str]:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "hx-request" in one.headers else None)
    return asked


def test_leaving_the_search_field_asks_nothing_again(page: "Page", address_of: Any) -> None:
    page.goto(address_of(page, "catalogue"))
    _until(page, "window.htmx")
    asked = _asked(page)
    page.locator("#filtre-q").focus()
    page.keyboard.type("gouvernance")
    expect(page.locator("#compte")).to_contain_text("gouvernance")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.evaluate(KEEP)
    page.evaluate("new Promise(then => setTimeout(then, 800))")
    assert page.evaluate(IS_KEPT)
    # Enter, before the wait after a key is over.
    page.locator("#filtre-q").fill("vie")
    page.keyboard.press("Enter")
    page.wait_for_url("**/formations/?q=vie")
    page.evaluate("new Promise(then => setTimeout(then, 800))")
    assert [address.split("?", 1)[1].split("&")[0] for address in asked] == [
        "q=gouvernance",
        "q=vie",
    ]


def test_an_answer_that_comes_late_neither_takes_the_focus_nor_covers_a_newer_one(
    page: "Page", address_of: Any
) -> None:
    page.goto(address_of(page, "catalogue"))
    _until(page, "window.htmx")
    held = Held(page, "**/formations/?q=*")
    with page.expect_request("**/formations/?q=gouv*"):
        page.locator("#filtre-q").fill("gouvernance")
    page.get_by_role("link", name="Calendrier").focus()
    page.evaluate(KEEP)
    page.wait_for_timeout(100)  # milliseconds: the route reaches the test
    held.let_go()
    page.wait_for_url("**/formations/?q=gouvernance")
    assert page.evaluate(IS_KEPT)
    # The same link, which leads where the new answer says.
    assert "q=gouvernance" in page.evaluate("document.activeElement.href")
    # A card that the answer does not have: it stays until one leaves it.
    page.goto("/formations/")
    held = Held(page, "**/formations/?q=intro*")
    _until(page, "window.htmx")
    with page.expect_request("**/formations/?q=introuvable*"):
        page.locator("#filtre-q").fill("introuvable")
    page.locator(".card h2 a").first.focus()
    page.evaluate(KEEP)
    page.wait_for_timeout(100)  # milliseconds
    held.let_go()
    page.wait_for_timeout(500)  # milliseconds
    assert page.evaluate(IS_KEPT)
    page.locator("#filtre-q").focus()
    page.wait_for_url("**/formations/?q=introuvable")
    expect(page.locator(".card")).to_have_count(0)


def test_back_gives_the_fields_of_the_answer_that_comes_back(page: "Page", address_of: Any) -> None:
    page.goto(address_of(page, "catalogue"))
    _until(page, "window.htmx")
    page.get_by_label("Thème").select_option("Vie coopérative")
    page.wait_for_url("**/formations/?theme=gouvernance")
    page.get_by_label("Que cherchez-vous").fill("introuvable")
    page.wait_for_url("**q=introuvable**")
    page.go_back()
    expect(page.locator(".catalogue .card")).to_have_count(2)
    expect(page.get_by_label("Thème")).to_have_value("gouvernance")
    expect(page.get_by_label("Que cherchez-vous")).to_have_value("")
    page.get_by_label("Sans prérequis").check()
    page.wait_for_url("**theme=gouvernance&sans-prerequis=1")
