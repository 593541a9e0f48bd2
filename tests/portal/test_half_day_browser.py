"""The half-day in a real browser: the finger, the keyboard, what axe says."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from attendance.domain.recording import record_absence
from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEvent
from tests.attendance.people import Room, about_to_end
from tests.cast import Actor
from tests.factories import HalfDayFactory, TrainerFactory
from training.enums import HalfDayState

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[["Page", Actor], None]
Check = Callable[["Page"], None]


@pytest.fixture
def here(trainer: Actor) -> Room:
    """A half-day going on now, about to end, with Aïcha, Paul and Léa."""
    return about_to_end().taught_by(trainer.person)


def half_day(here: Room) -> str:
    return f"/espace/formateur/demi-journee/{here.half_day.pk}/"


def test_somebody_draws_their_signature_on_a_phone(phone, trainer, here, sign_in: SignIn):
    sign_in(phone, trainer)
    phone.goto(half_day(here))
    phone.get_by_role("link", name="Signer pour Aïcha Morvan").click()
    frame = phone.get_by_role("img", name="Cadre de signature")
    box = frame.bounding_box()
    phone.mouse.move(box["x"] + 30, box["y"] + 40)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 160, box["y"] + 120, steps=8)
    phone.mouse.move(box["x"] + 250, box["y"] + 30, steps=8)
    phone.mouse.up()
    phone.get_by_text("Signature dessinée.").wait_for()
    phone.get_by_role("button", name="Signer ma présence").click()
    phone.get_by_text("Aïcha Morvan : signature enregistrée").wait_for()
    event = AttendanceEvent.objects.get()
    assert event.method == "drawn"
    (stroke,) = event.details.data["strokes"]
    assert len(stroke) > 5
    # The stroke, in a space of 2000 × 1000: down to the right, then up.
    (first, lowest, last) = stroke[0], max(stroke, key=lambda point: point[1]), stroke[-1]
    assert first[0] < lowest[0] < last[0]
    assert lowest[1] > first[1]


def test_an_emptied_frame_is_no_signature(phone, trainer, here, sign_in: SignIn):
    sign_in(phone, trainer)
    phone.goto(f"{half_day(here)}signer/{here.enrolments[0].uuid}/")
    box = phone.get_by_role("img", name="Cadre de signature").bounding_box()
    phone.mouse.move(box["x"] + 30, box["y"] + 40)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 160, box["y"] + 120, steps=4)
    phone.mouse.up()
    phone.get_by_role("button", name="Effacer").click()
    phone.get_by_role("button", name="Signer ma présence").click()
    # The page says what is missing, with the other way to sign already open.
    phone.get_by_role("alert").get_by_text("Saisissez votre prénom et votre nom.").wait_for()
    assert phone.get_by_label("Prénom et nom").is_visible()
    assert not AttendanceEvent.objects.exists()


def test_everything_can_be_done_with_the_keyboard(page, trainer, here, sign_in: SignIn):
    sign_in(page, trainer)
    page.goto(half_day(here))
    reach(page, "Signer pour Aïcha Morvan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/signer/**")
    reach(page, "Signer en saisissant son nom")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Aicha Morvan")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    reach(page, "Signer ma présence")
    page.keyboard.press("Enter")
    page.get_by_text("Aïcha Morvan : signature enregistrée").wait_for()
    reach(page, "Indiquer une absence de Paul Durand")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Paul Durand : absence enregistrée").wait_for()
    assert list(AttendanceEvent.objects.values_list("kind", "method", "absence_reason")) == [
        ("presence", "typed", ""),
        ("absence", "declared", "excused"),
    ]


def reach(page: "Page", name: str) -> None:
    """Press Tab until the focus is on what is called `name`."""
    words = """() => {
        const item = document.activeElement;
        return (item.getAttribute("aria-label") ?? item.textContent).replace(/\\s+/g, " ").trim();
    }"""
    for _key in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(words) == name:
            return
    pytest.fail(f"« {name} » is not reached with the keyboard")


def test_the_trainer_is_refused_by_name_then_locks(phone, trainer, here, sign_in: SignIn):
    here.sign(here.enrolments[0])
    here.sign(here.enrolments[1])
    sign_in(phone, trainer)
    phone.goto(half_day(here))
    phone.get_by_role("link", name="Clore la demi-journée").click()
    refusal = phone.locator(".notice--error")
    refusal.wait_for()
    assert "Il manque 1 personne : Léa Martin." in refusal.inner_text()
    phone.get_by_text("Indiquer une absence de Léa Martin").click()
    phone.get_by_role("button", name="Raison professionnelle").click()
    phone.get_by_role("link", name="Clore la demi-journée").click()
    phone.get_by_text("Signer en saisissant son nom").click()
    phone.get_by_label("Prénom et nom").fill(str(trainer.person))
    phone.get_by_label("J’accepte que mon nom").check()
    phone.get_by_role("button", name="Signer et clore").click()
    phone.get_by_text("Demi-journée close. Merci.").wait_for()
    here.half_day.refresh_from_db()
    assert here.half_day.state == HalfDayState.HELD
    assert verify_chain(session=here.session).ok


@pytest.mark.parametrize("device", ["phone", "page"])
def test_the_screens_are_accessible_and_fit(
    device, request, trainer, here, sign_in: SignIn, assert_accessible: Check
):
    here.sign(here.enrolments[0])
    record_absence(
        half_day=here.half_day,
        enrolment=here.enrolments[1],
        absence_reason="work",
        actor=here.actor,
    )
    evening = HalfDayFactory(session=here.session, trainers=[trainer.person, TrainerFactory()])
    browser = request.getfixturevalue(device)
    sign_in(browser, trainer)
    base, lea = half_day(here), here.enrolments[2].uuid

    addresses = [
        "/espace/formateur/",
        base,
        f"{base}signer/{lea}/",
        f"{base}corriger/{lea}/",
        f"{base}corriger/{here.enrolments[0].uuid}/",
        f"/espace/formateur/demi-journee/{evening.pk}/",
        f"/espace/formateur/session/{here.session.code}/acquis/",
    ]
    for address in addresses:
        browser.goto(address)
        assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert_accessible(browser)
    here.sign(here.enrolments[2])
    browser.goto(f"{base}clore/")
    assert_accessible(browser)
