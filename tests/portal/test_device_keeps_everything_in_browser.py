"""What waits on a device is never lost, doubled or blocked, in a real browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from django.utils import timezone

from attendance.models import AttendanceEvent, OfflineDeposit, OfflineItem, OfflineTicket
from tests.attendance.people import Room, about_to_end
from tests.browsing import visit
from tests.cast import Actor
from tests.portal.test_offline_in_browser import PENDING, draw, left_on_the_device, prepare, sign

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SignIn = Callable[["Page", Actor], None]
SENDING = "**/hors-ligne/envoi/"


@pytest.fixture
def here(trainer: Actor) -> Room:
    """A half-day about to end, with Aïcha, Paul and Léa."""
    return about_to_end().taught_by(trainer.person)


def go_offline(page: "Page", here: Room) -> None:
    page.context.set_offline(True)
    visit(page, f"/espace/formateur/demi-journee/{here.half_day.pk}/")
    page.get_by_text("Hors ligne", exact=True).wait_for()


def test_preparing_again_while_something_waits_loses_nothing(
    phone: "Page", trainer: Actor, here: Room, sign_in: SignIn
):
    sign_in(phone, trainer)
    prepare(phone, here)
    first, second, third = (str(item.learner) for item in here.enrolments)
    go_offline(phone, here)
    sign(phone, first)
    sign(phone, second)
    phone.context.route(SENDING, lambda route: route.fulfill(status=502))
    phone.context.set_offline(False)
    prepare(phone, here)
    assert left_on_the_device(phone) == {"preparations": 1, "queue": 2}
    go_offline(phone, here)
    sign(phone, third)
    assert phone.get_by_text(PENDING, exact=True).count() == 3
    phone.context.unroute(SENDING)
    phone.context.set_offline(False)
    phone.get_by_text("3 sur 3 en présence.", exact=True).wait_for(timeout=40_000)
    events = AttendanceEvent.objects.order_by("sequence")
    assert [event.enrolment for event in events] == here.enrolments
    assert OfflineTicket.objects.count() == 1
    assert left_on_the_device(phone)["queue"] == 0


def test_what_a_revoked_device_keeps_is_read_by_name_and_handed_in(
    phone: "Page", trainer: Actor, here: Room, sign_in: SignIn
):
    sign_in(phone, trainer)
    prepare(phone, here)
    name = str(here.enrolments[0].learner)
    go_offline(phone, here)
    sign(phone, name)
    OfflineTicket.objects.update(revoked_at=timezone.now())
    phone.context.set_offline(False)
    visit(phone, "/espace/formateur/hors-ligne/")
    waiting = phone.get_by_role("listitem").filter(has_text=f"{name}\u00a0: signature de")
    waiting.wait_for()
    phone.get_by_text("Cette préparation a été révoquée").wait_for()
    assert left_on_the_device(phone)["queue"] == 1
    phone.get_by_role("button", name="Remettre au secrétariat").click()
    phone.get_by_text("remise au secrétariat, qui décidera").wait_for()
    deposit = OfflineDeposit.objects.get()
    assert (deposit.origin, deposit.left_count, deposit.author) == ("revoked", 1, trainer.user)
    assert left_on_the_device(phone)["queue"] == 0
    assert not AttendanceEvent.objects.exists()


def test_two_taps_two_tabs_and_back_write_once(
    phone: "Page", trainer: Actor, here: Room, sign_in: SignIn
):
    sign_in(phone, trainer)
    prepare(phone, here)
    name = str(here.enrolments[0].learner)
    other = phone.context.new_page()
    go_offline(phone, here)
    go_offline(other, here)
    for tab in (phone, other):
        tab.bring_to_front()
        tab.get_by_role("link", name=f"Signer pour {name}").click()
        tab.get_by_role("heading", name=name).wait_for()
        draw(tab)
    phone.bring_to_front()
    phone.get_by_role("button", name="Signer ma présence").dblclick(no_wait_after=True)
    phone.get_by_text(PENDING, exact=True).wait_for()
    other.bring_to_front()
    other.get_by_role("button", name="Signer ma présence").click()
    other.get_by_text(f"{name} a déjà signé à cette demi-journée.").wait_for()
    phone.bring_to_front()
    # The form is not there to come back to; asked for by its address, it stays shut.
    phone.goto(f"{phone.url.split('#')[0]}#signer-{here.enrolments[0].uuid}")
    phone.get_by_text(f"{name} a déjà signé\u00a0: rien de plus").wait_for()
    assert left_on_the_device(phone)["queue"] == 1
    # Taken back, it may be given again.
    phone.get_by_role("button", name="Annuler la dernière action").click()
    sign(phone, name)
    assert left_on_the_device(phone)["queue"] == 2
    other.close()
    phone.context.set_offline(False)
    phone.get_by_text("1 sur 3 en présence.", exact=True).wait_for(timeout=40_000)
    assert AttendanceEvent.objects.get().enrolment == here.enrolments[0]
    outcomes = OfflineItem.objects.order_by("sequence").values_list("outcome", flat=True)
    assert list(outcomes) == ["undone", "recorded"]
