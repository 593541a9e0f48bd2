"""The barn without network, in a real browser: prepared, cut off, reloaded, brought back."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from django.conf import settings
from django.db import connection

from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEvent, HalfDayLock, OfflineItem
from tests.attendance.people import Room, about_to_end
from tests.browsing import open_page
from tests.cast import Actor
from tests.factories import EnrolmentFactory, LearnerFactory

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[["Page", Actor], None]
Check = Callable[["Page"], None]
PENDING = "En attente de confirmation"


@pytest.fixture
def here(trainer: Actor) -> Room:
    """A half-day about to end, with thirteen people."""
    place = about_to_end(0)
    place.enrolments = [
        EnrolmentFactory(
            session=place.session,
            learner=LearnerFactory(first_name="Aïcha", last_name=f"Nom{n:02}"),
        )
        for n in range(1, 14)
    ]
    place.taught_by(trainer.person)
    return place


def prepare(page: "Page", here: Room) -> None:
    page.goto(f"/espace/formateur/demi-journee/{here.half_day.pk}/")
    page.get_by_role("button", name="Préparer cet appareil").click()
    page.get_by_text("Prêt hors ligne, jusqu’au").wait_for()


def draw(page: "Page") -> None:
    """A signature, with the finger or the mouse."""
    frame = page.get_by_role("img", name="Cadre de signature")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 120, steps=2)
    page.mouse.move(box["x"] + 250, box["y"] + 30, steps=2)
    page.mouse.up()


def sign(page: "Page", name: str) -> None:
    page.get_by_role("link", name=f"Signer pour {name}").click()
    page.get_by_role("heading", name=name).wait_for()
    draw(page)
    page.get_by_role("button", name="Signer ma présence").click()
    page.get_by_role("listitem").filter(has_text=name).get_by_text(PENDING).wait_for()


def work_offline(page: "Page", here: Room) -> None:
    """Twelve sign, one is absent, the lock is asked for; the page is reloaded in between."""
    page.context.set_offline(True)
    page.reload()
    page.get_by_text("Hors ligne", exact=True).wait_for()
    people = [str(item.learner) for item in here.enrolments]
    for name in people[:6]:
        sign(page, name)
    page.reload()
    page.get_by_text(PENDING, exact=True).nth(5).wait_for()
    assert page.get_by_text(PENDING, exact=True).count() == 6
    for name in people[6:12]:
        sign(page, name)
    page.get_by_text(f"Indiquer une absence de {people[12]}").click()
    page.get_by_role("button", name="Transport").click()
    page.get_by_role("link", name="Demander la clôture").click()
    page.get_by_text("Signer en saisissant son nom").click()
    page.get_by_label("Prénom et nom").fill(str(here.trainer))
    page.get_by_label("J’accepte que mon nom").check()
    page.get_by_role("button", name="Signer et demander la clôture").click()
    page.get_by_text("Clôture demandée, en attente de confirmation").wait_for()
    assert page.get_by_text("14\u00a0envois en attente de confirmation").is_visible()


def everything_is_there_once(here: Room) -> None:
    events = list(AttendanceEvent.objects.order_by("sequence"))
    assert [event.kind for event in events] == ["presence"] * 12 + ["absence", "lock"]
    # In the order in which they were given.
    assert [event.context["queue_sequence"] for event in events] == list(range(1, 15))
    assert [event.enrolment_id for event in events[:13]] == [item.pk for item in here.enrolments]
    assert {len(event.details.data["strokes"]) for event in events[:12]} == {1}
    assert OfflineItem.objects.count() == 14
    assert HalfDayLock.objects.count() == 1
    here.half_day.refresh_from_db()
    assert here.half_day.state == "held"
    report = verify_chain(session=here.session)
    assert report.ok, report.message


def left_on_the_device(page: "Page") -> dict[str, int]:
    return page.evaluate(
        """() => new Promise((resolve) => {
            const request = indexedDB.open("emargement");
            request.onsuccess = () => {
                const moving = request.result.transaction(["preparations", "queue"]);
                const left = {};
                for (const name of ["preparations", "queue"]) {
                    moving.objectStore(name).count().onsuccess = (event) => {
                        left[name] = event.target.result;
                    };
                }
                moving.oncomplete = () => { request.result.close(); resolve(left); };
            };
        })"""
    )


def test_a_half_day_taken_without_network_comes_back_whole_and_once(
    phone: "Page", trainer: Actor, here: Room, sign_in: SignIn, assert_accessible: Check
):
    sign_in(phone, trainer)
    prepare(phone, here)
    assert_accessible(phone)
    requests: list[Any] = []
    # What reached the server: a browser may try before it knows that there is no network.
    phone.on(
        "requestfinished", lambda item: requests.append(item) if "/envoi/" in item.url else None
    )
    work_offline(phone, here)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not AttendanceEvent.objects.exists()
    phone.context.set_offline(False)
    phone.get_by_text("Close à").wait_for()
    everything_is_there_once(here)
    assert left_on_the_device(phone) == {"preparations": 0, "queue": 0}
    # The same sendings again: nothing new.
    bodies = [item.post_data for item in requests if item.post_data != "{}"]
    assert len(bodies) == 3
    for body in bodies:
        answer = phone.request.post(
            "/espace/formateur/hors-ligne/envoi/",
            data=body,
            headers={"Content-Type": "application/json"},
        )
        assert answer.ok
    everything_is_there_once(here)


def test_logging_out_leaves_nobody_on_the_device(
    page: "Page", trainer: Actor, here: Room, sign_in: SignIn, assert_accessible: Check
):
    """By keyboard: a person types their name, offline; then the trainer logs out."""
    sign_in(page, trainer)
    prepare(page, here)
    page.context.set_offline(True)
    page.reload()
    page.get_by_text("Hors ligne", exact=True).wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Signer pour Aïcha Nom01").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Aïcha Nom01").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Signer ma présence").focus()
    page.keyboard.press("Enter")
    fault = page.get_by_role("alert").filter(has_text="Signez dans le cadre")
    fault.wait_for()
    page.get_by_text("Signer en saisissant son nom").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Aicha Nom01")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text(PENDING, exact=True).wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert_accessible(page)
    # Another page needs the network, says so, and leads back to what is prepared.
    page.goto("/espace/formateur/")
    page.get_by_role("heading", name="Pas de réseau").wait_for()
    assert page.get_by_role("link", name="Gouvernance partagée").is_visible()
    assert_accessible(page)
    # The server is away: what waits cannot leave before one logs out.
    page.context.route("**/hors-ligne/envoi/", lambda route: route.fulfill(status=502))
    page.context.set_offline(False)
    page.goto("/compte/logout/")
    page.get_by_text("n’ont pas encore été envoyées").wait_for()
    page.get_by_role("listitem").filter(has_text="Aïcha Nom01\u00a0: signature de").wait_for()
    assert_accessible(page)
    assert left_on_the_device(page) == {"preparations": 1, "queue": 1}
    page.get_by_role("button", name="Effacer et me déconnecter").click()
    page.wait_for_url(lambda url: "logout" not in url)
    assert left_on_the_device(page) == {"preparations": 0, "queue": 0}
    assert not AttendanceEvent.objects.exists()


# --- The server killed in the middle --------------------------------------------------------------


class Server:
    """A server in a process of its own, on the database of the test, that can be killed."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.portal.one_server", str(self.port)],
            cwd=settings.BASE_DIR,
            env=os.environ | {"TESTS_DATABASE": str(connection.settings_dict["NAME"])},
        )
        for _attempt in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5)  # noqa: S310
            except OSError:
                time.sleep(0.1)
            else:
                return
        pytest.fail("the server does not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    opened = Server()
    opened.start()
    yield opened
    opened.kill()


def test_a_server_killed_in_the_middle_of_the_sending_loses_and_doubles_nothing(
    chromium: "Browser", server: Server, trainer: Actor, here: Room
):
    with open_page(chromium, server.url, viewport={"width": 820, "height": 1180}) as page:
        cookie = trainer.cookies["sessionid"]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])
        prepare(page, here)
        work_offline(page, here)
        page.context.set_offline(False)
        deadline = time.monotonic() + 20
        while not AttendanceEvent.objects.count() > 2:
            assert time.monotonic() < deadline
            page.wait_for_timeout(5)  # lets the browser go on
        server.kill()
        written = AttendanceEvent.objects.count()
        assert 2 < written < 14, written
        server.start()
        page.reload()
        page.get_by_text("Close à").wait_for()
        assert left_on_the_device(page) == {"preparations": 0, "queue": 0}
    everything_is_there_once(here)
