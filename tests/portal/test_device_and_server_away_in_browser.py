"""A prepared device while the server hangs, is away or is brought up to date, in a browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from attendance.models import AttendanceEvent
from tests.attendance.people import Room, about_to_end
from tests.browsing import visit
from tests.cast import Actor
from tests.portal.server_changes import deploy, release_of, silent, unavailable
from tests.portal.test_device_outlives_its_ticket_in_browser import until_left
from tests.portal.test_offline_in_browser import PENDING, draw, prepare, sign

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SignIn = Callable[["Page", Actor], None]
ARRIVED = """() => {
    window.arrived = new Promise((resolve) => {
        navigator.serviceWorker.addEventListener(
            "message", ({ data }) => data?.arrived && resolve(true));
    });
}"""
#: The registration of the service worker, once what is asked of it is so; asked again for a minute.
WORKER_IS = """async (what) => {
    for (let attempt = 0; attempt < 600; attempt += 1) {
        const found = await navigator.serviceWorker.getRegistration("/espace/formateur/");
        const state = found.waiting ? "waits" : found.installing ? "comes" : "is alone";
        if (state === what) return true;
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
}"""
UPDATE = """async () => {
    await (await navigator.serviceWorker.getRegistration("/espace/formateur/")).update();
}"""
CACHES = """async () => (await caches.keys()).filter((name) => name.startsWith("emargement-"))"""


@pytest.fixture
def here(trainer: Actor) -> Room:
    """A half-day about to end, with Aïcha, Paul and Léa."""
    return about_to_end().taught_by(trainer.person)


def address(here: Room) -> str:
    return f"/espace/formateur/demi-journee/{here.half_day.pk}/"


def open_on_the_device(page: "Page", here: Room) -> None:
    visit(page, address(here))
    page.get_by_text("Hors ligne", exact=True).wait_for()


def test_a_network_that_never_answers_leaves_what_is_prepared(
    phone: "Page",
    trainer: Actor,
    here: Room,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
):
    sign_in(phone, trainer)
    prepare(phone, here)
    with silent(monkeypatch) as gate:
        open_on_the_device(phone, here)
        assert gate.is_shut
        assert gate.waiting
        gate.open()
        # Nobody is at work: the page of the server comes by itself.
        phone.get_by_role("button", name="Préparer cet appareil").wait_for()
    name = str(here.enrolments[0].learner)
    with silent(monkeypatch) as gate:
        open_on_the_device(phone, here)
        phone.evaluate(ARRIVED)
        phone.get_by_role("link", name=f"Signer pour {name}").click()
        phone.get_by_role("heading", name=name).wait_for()
        draw(phone)
        assert gate.is_shut
        gate.open()
        assert phone.evaluate("window.arrived")
        # A person is signing: it is not taken from them.
        phone.get_by_role("button", name="Signer ma présence").click()
    phone.get_by_text("1 sur 3 en présence.", exact=True).wait_for(timeout=60_000)
    assert AttendanceEvent.objects.get().enrolment == here.enrolments[0]


def test_a_fault_of_the_server_never_replaces_what_is_prepared(
    phone: "Page",
    trainer: Actor,
    here: Room,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
):
    sign_in(phone, trainer)
    prepare(phone, here)
    first, second, _third = (str(item.learner) for item in here.enrolments)
    with unavailable(monkeypatch):
        open_on_the_device(phone, here)
        sign(phone, first)
        phone.reload()
        phone.get_by_text(PENDING, exact=True).wait_for()
        sign(phone, second)
    phone.get_by_text("2 sur 3 en présence.", exact=True).wait_for(timeout=60_000)
    events = AttendanceEvent.objects.order_by("sequence")
    assert [event.enrolment for event in events] == here.enrolments[:2]


def test_another_version_waits_until_nothing_waits_on_the_device(
    phone: "Page",
    trainer: Actor,
    here: Room,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
):
    deploy(monkeypatch, "first")
    sign_in(phone, trainer)
    prepare(phone, here)
    first, second, third = (str(item.learner) for item in here.enrolments)
    with unavailable(monkeypatch):
        open_on_the_device(phone, here)
        assert release_of(phone) == "first"
        sign(phone, first)
        deploy(monkeypatch, "second")
    # The new version is there; what waits cannot leave yet.
    with unavailable(monkeypatch, "/envoi/"):
        visit(phone, address(here))
        phone.get_by_text("Prêt hors ligne, jusqu’au").wait_for()
        phone.evaluate(UPDATE)
        assert phone.evaluate(WORKER_IS, "waits")
        with unavailable(monkeypatch):
            open_on_the_device(phone, here)
            assert release_of(phone) == "first"
            sign(phone, second)
            # Every page is closed: the browser takes the new worker, which keeps to the pages
            # with which was begun what waits.
            elsewhere = phone.context.new_page()
            elsewhere.goto("/healthz")
            phone.close()
            assert elsewhere.evaluate(WORKER_IS, "is alone")
            again = elsewhere.context.new_page()
            again.bring_to_front()
            open_on_the_device(again, here)
            assert release_of(again) == "first"
            assert again.get_by_text(PENDING, exact=True).count() == 2
            sign(again, third)
            assert len(again.evaluate(CACHES)) == 2
    until_left(again, 0)
    again.get_by_text("3 sur 3 en présence.", exact=True).wait_for(timeout=60_000)
    events = AttendanceEvent.objects.order_by("sequence")
    assert [event.enrolment for event in events] == here.enrolments
    with unavailable(monkeypatch):
        open_on_the_device(again, here)
        assert release_of(again) == "second"
        assert len(again.evaluate(CACHES)) == 1


def test_another_version_is_in_use_at_once_where_nothing_waits(
    phone: "Page",
    trainer: Actor,
    here: Room,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
):
    deploy(monkeypatch, "first")
    sign_in(phone, trainer)
    prepare(phone, here)
    deploy(monkeypatch, "second")
    phone.evaluate(UPDATE)
    assert phone.evaluate(WORKER_IS, "is alone")
    with unavailable(monkeypatch):
        open_on_the_device(phone, here)
        assert release_of(phone) == "second"
        assert len(phone.evaluate(CACHES)) == 1
