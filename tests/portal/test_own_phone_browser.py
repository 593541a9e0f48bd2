"""A phone and a trainer's screen, in a real browser: one signs, the other shows it."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from django.utils import timezone

from attendance.domain.room_codes import room_code
from attendance.models import AttendanceEvent
from tests.attendance.people import Room, link_of, room
from tests.attendance_factories import AttendanceReceiptFactory
from tests.browsing import open_page
from tests.cast import Actor
from tests.factories import HalfDayFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "un-lien-personnel-d-essai"


@pytest.fixture
def here(trainer: Actor) -> Room:
    """A half-day going on now, with Aïcha, Paul and Léa; Aïcha has her link."""
    now = timezone.now()
    place = room(
        3,
        starts_at=now - dt.timedelta(hours=1),
        ends_at=now + dt.timedelta(hours=2),
        counted_minutes=180,
    )
    place.taught_by(trainer.person)
    link_of(place.enrolments[0], TOKEN, expires_at=timezone.now() + dt.timedelta(days=1))
    return place


def test_a_phone_signs_with_the_code_of_the_room_and_the_trainer_sees_it_live(
    page: "Page",
    phone: "Page",
    trainer: Actor,
    here: Room,
    sign_in: Callable[["Page", Actor], None],
    assert_accessible: Callable[["Page"], None],
):
    half_day = f"/espace/formateur/demi-journee/{here.half_day.pk}/"
    sign_in(page, trainer)
    page.goto(half_day)
    page.get_by_role("link", name="Afficher le code de la salle").click()
    code = page.locator(".room-code__letters [aria-hidden]").inner_text()
    assert_accessible(page)
    page.get_by_role("link", name="Retour à la liste").click()
    assert_accessible(page)

    phone.goto(f"/emargement/{TOKEN}/")
    assert_accessible(phone)
    phone.get_by_label("Code affiché").fill(code.lower())
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name="Aïcha Morvan").wait_for()
    # Large text on a small screen: nothing is cut.
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(phone)
    phone.get_by_text("Signer en saisissant son nom").click()
    phone.get_by_label("Prénom et nom").fill("Aïcha Morvan")
    phone.get_by_label("J’accepte que mon nom").check()
    phone.get_by_role("button", name="Signer ma présence").click()
    phone.get_by_text("Présence de Aïcha Morvan").wait_for()
    assert_accessible(phone)
    assert abs(AttendanceEvent.objects.get().context["drift_seconds"]) < 30

    # No one reloaded the trainer's page.
    page.get_by_text("1 sur 3 en présence.").wait_for()
    assert page.locator("#live").get_by_text("Signé").is_visible()

    # What the trainer opened stays open when another person signs.
    page.get_by_text("Toutes les autres personnes sont absentes").click()
    page.locator("h1").click()
    here.sign(here.enrolments[1])
    page.get_by_text("2 sur 3 en présence.").wait_for()


def test_without_a_script_one_picks_one_s_name_with_the_keyboard_and_the_trainer_confirms(
    chromium, live_server, trainer: Actor, here: Room, sign_in: Callable[["Page", Actor], None]
):
    code = room_code(half_day=here.half_day, actor=here.actor)
    size = {"width": 390, "height": 844}
    with (
        open_page(chromium, live_server.url, viewport=size, java_script_enabled=False) as phone,
        open_page(chromium, live_server.url, viewport=size, java_script_enabled=False) as tablet,
    ):
        phone.goto(f"/emargement/salle/{code}/")
        phone.get_by_role("link", name="Paul Durand").focus()
        phone.keyboard.press("Enter")
        field = phone.get_by_label("Prénom et nom")
        field.wait_for()  # shown by the style, which may come after the page
        field.focus()
        phone.keyboard.type("Paul Durand")
        phone.keyboard.press("Tab")
        phone.keyboard.press("Space")
        phone.keyboard.press("Tab")
        phone.keyboard.press("Enter")
        phone.get_by_text("Signature de Paul Durand").wait_for()
        sign_in(tablet, trainer)
        tablet.goto(f"/espace/formateur/demi-journee/{here.half_day.pk}/")
        tablet.get_by_role("button", name="Confirmer : Paul Durand").press("Enter")
        tablet.get_by_text("Paul Durand : présence confirmée.").wait_for()
        tablet.get_by_role("link", name="Mettre à jour").click()
    assert AttendanceEvent.objects.get().method == "confirmed"


def test_what_comes_after_the_day_is_accessible_and_fits(
    phone: "Page", here: Room, assert_accessible: Callable[["Page"], None]
):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    HalfDayFactory(session=here.session, day=yesterday)
    AttendanceReceiptFactory(enrolment=here.enrolments[0], day=yesterday, token="recu")
    for address in (
        f"/emargement/{TOKEN}/apres/",
        "/emargement/journee/recu/",
        "/emargement/journee/inconnu/",
        f"/emargement/salle/{room_code(half_day=here.half_day, actor=here.actor)}/",
    ):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert_accessible(phone)
    phone.goto("/emargement/journee/recu/")
    phone.get_by_role("button", name="Ce n’est pas exact").click()
    phone.get_by_text("Nous vérifions et revenons vers vous.").wait_for()
