"""No drawing is lost by a refusal, a page of login, an expired form or a fault on the way."""

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django.conf import settings
from django.utils import timezone

from attendance.domain.room_codes import renew_room_code, room_code
from attendance.models import AttendanceEvent, SignatureClaim
from tests.attendance.people import Room, about_to_end, link_of, room
from tests.cast import Actor
from tests.factories import EnrolmentFactory
from training.models import TrainerAssignment

if TYPE_CHECKING:
    from playwright.sync_api import Page

SignIn = Callable[["Page", Actor], None]
TOKEN = "un-lien-personnel-d-essai"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
FRAME = "portal/trainer/signature.html"
SCRIPTS = "portal/trainer/signature_scripts.html"
#: Each template with a signature, and what opens its page in a browser.
PAGES = {
    "portal/trainer/sign.html": "open_sign",
    "portal/trainer/lock.html": "open_lock",
    "portal/phone/sign.html": "open_own",
    "portal/phone/late.html": "open_late",
}


def test_every_page_with_a_signature_keeps_it_and_is_walked_below():
    using = {
        str(path.relative_to(TEMPLATES)): path.read_text()
        for path in TEMPLATES.rglob("*.html")
        if f'"{FRAME}"' in path.read_text()
    }
    assert set(using) == set(PAGES)
    assert all(f'"{SCRIPTS}"' in text for text in using.values())


def open_sign(page: "Page", here: Room, trainer: Actor, sign_in: SignIn) -> None:
    sign_in(page, trainer)
    page.goto(f"/espace/formateur/demi-journee/{here.half_day.pk}/")
    page.get_by_role("link", name="Signer pour Aïcha Morvan").click()
    page.wait_for_url("**/signer/**")


def open_lock(page: "Page", here: Room, trainer: Actor, sign_in: SignIn) -> None:
    for enrolment in here.enrolments:
        here.sign(enrolment)
    sign_in(page, trainer)
    page.goto(f"/espace/formateur/demi-journee/{here.half_day.pk}/clore/")


def open_own(page: "Page", here: Room, trainer: Actor, sign_in: SignIn) -> None:
    page.goto(f"/emargement/salle/{room_code(half_day=here.half_day, actor=here.actor)}/")
    page.goto(f"/emargement/signer/{here.enrolments[0].uuid}/")


def open_late(page: "Page", here: Room, trainer: Actor, sign_in: SignIn) -> None:
    ended = room(
        0,
        starts_at=timezone.now() - dt.timedelta(days=1, hours=3),
        ends_at=timezone.now() - dt.timedelta(days=1),
        counted_minutes=180,
    )
    mine = EnrolmentFactory(session=ended.session)
    link_of(mine, TOKEN, expires_at=timezone.now() + dt.timedelta(days=1))
    page.goto(f"/emargement/{TOKEN}/apres/")
    page.get_by_role("radio").check()
    page.get_by_label("Pourquoi").fill("Plus de batterie")


def draw(page: "Page") -> None:
    box = page.get_by_role("img", name="Cadre de signature").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=5)
    page.mouse.up()
    page.get_by_text("Signature dessinée.").wait_for()


def drawn(page: "Page") -> list:
    return json.loads(page.locator("[data-strokes]").input_value() or "[]")


def send(page: "Page") -> None:
    page.locator("form:has([data-signature]) button[type=submit]").click()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("opening", PAGES.values())
def test_a_drawing_outlives_a_fault_and_an_expired_form(
    page: "Page", trainer: Actor, sign_in: SignIn, opening: str
):
    here = about_to_end().taught_by(trainer.person)
    globals()[opening](page, here, trainer, sign_in)
    address = page.url
    draw(page)
    given = drawn(page)
    reasons = page.locator("input[name=reason]")
    # The server is away, then it fails, then the form has expired: the drawing is there again.
    page.route(address, lambda route: route.abort())
    send(page)
    page.wait_for_url("chrome-error://**")
    page.unroute(address)
    page.goto(address)
    assert drawn(page) == given
    assert page.get_by_text("n’était pas encore enregistrée").is_visible()
    page.route(
        address, lambda route: route.fulfill(status=500, content_type="text/plain", body="ailleurs")
    )
    send(page)
    page.get_by_text("ailleurs").wait_for()
    page.unroute(address)
    page.goto(address)
    assert drawn(page) == given
    page.context.clear_cookies(name="csrftoken")
    send(page)
    page.get_by_role("link", name="Reprendre").click()
    page.get_by_text("n’était pas encore enregistrée").wait_for()
    assert drawn(page) == given
    assert all(item.input_value() == "Plus de batterie" for item in reasons.all())
    send(page)
    page.wait_for_url(lambda url: url != address)
    page.wait_for_load_state()
    # Recorded: nothing is left of it in the browser.
    assert "signature:" not in page.evaluate("JSON.stringify(sessionStorage)")
    kept = [
        *AttendanceEvent.objects.values_list("details__data", flat=True),
        *SignatureClaim.objects.values_list("signature", flat=True),
    ]
    assert given in [data["strokes"] for data in kept]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("opening", ["open_sign", "open_lock"])
def test_a_drawing_outlives_the_end_of_the_trainer_s_session(
    page: "Page", trainer: Actor, sign_in: SignIn, opening: str
):
    here = about_to_end().taught_by(trainer.person)
    globals()[opening](page, here, trainer, sign_in)
    address = page.url
    draw(page)
    given = drawn(page)
    page.context.clear_cookies(name="sessionid")
    send(page)
    page.wait_for_url("**/compte/**")
    sign_in(page, trainer)
    page.goto(re.sub(r".*[?&]next=([^&]+).*", r"\1", page.url).replace("%2F", "/"))
    assert page.url == address
    page.get_by_text("n’était pas encore enregistrée").wait_for()
    assert drawn(page) == given
    send(page)
    page.wait_for_url("**/demi-journee/*/")
    recorded = AttendanceEvent.objects.values_list("details__data", flat=True)
    assert given in [data["strokes"] for data in recorded]


@pytest.mark.django_db(transaction=True)
def test_a_drawing_outlives_a_code_that_is_renewed(phone: "Page", trainer: Actor, sign_in: SignIn):
    here = about_to_end().taught_by(trainer.person)
    open_own(phone, here, trainer, sign_in)
    draw(phone)
    given = drawn(phone)
    code = renew_room_code(half_day=here.half_day, actor=here.actor)
    send(phone)
    phone.get_by_text("Votre signature est gardée").wait_for()
    phone.get_by_label("Code affiché").fill(code)
    phone.keyboard.press("Enter")
    phone.get_by_text("Signature dessinée.").wait_for()
    assert drawn(phone) == given
    send(phone)
    phone.get_by_text("Signature de Aïcha Morvan").wait_for()
    assert SignatureClaim.objects.get().signature["strokes"] == given


@pytest.mark.django_db(transaction=True)
def test_a_drawing_is_never_offered_to_another_trainer(
    page: "Page", trainer: Actor, other_trainer: Actor, sign_in: SignIn
):
    here = about_to_end().taught_by(trainer.person)
    TrainerAssignment.objects.create(half_day=here.half_day, trainer=other_trainer.person)
    open_lock(page, here, trainer, sign_in)
    address = page.url
    draw(page)
    page.context.clear_cookies(name="sessionid")
    send(page)
    page.wait_for_url("**/compte/**")
    sign_in(page, other_trainer)
    page.goto(address)
    page.get_by_role("img", name="Cadre de signature").wait_for()
    assert drawn(page) == []
    sign_in(page, trainer)
    page.goto(address)
    page.get_by_text("n’était pas encore enregistrée").wait_for()
    assert drawn(page) != []
