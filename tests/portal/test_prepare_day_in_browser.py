"""The eve, in a real browser: one button on « Ma journée » prepares what comes."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from django.utils import timezone

from attendance.models import OfflineTicket
from tests.attendance.people import Room, about_to_end
from tests.cast import Actor
from tests.factories import HalfDayFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(trainer: Actor) -> Room:
    """A half-day about to end, and another of the same session tomorrow."""
    place = about_to_end().taught_by(trainer.person)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    HalfDayFactory(session=place.session, day=tomorrow, trainers=[trainer.person])
    return place


def test_one_button_prepares_what_comes_and_each_page_says_that_it_is_ready(
    phone: "Page",
    trainer: Actor,
    here: Room,
    sign_in: Callable[["Page", Actor], None],
    assert_accessible: Callable[["Page"], None],
):
    sign_in(phone, trainer)
    phone.goto("/espace/formateur/")
    panel = phone.get_by_role("region", name="Sans réseau sur place")
    panel.get_by_role("listitem").filter(has_text="pas encore prête").nth(1).wait_for()
    assert_accessible(phone)
    panel.get_by_role("button", name="Préparer ces 2 demi-journées").click()
    panel.get_by_text("Prêt hors ligne, jusqu’au").wait_for()
    assert panel.get_by_role("listitem").filter(has_text="prête").count() == 2
    assert panel.get_by_text("pas encore prête").count() == 0
    # What the browser does not promise is not promised either.
    is_kept = phone.evaluate("() => navigator.storage.persisted()")
    assert panel.get_by_text("ne promet pas de tout garder").count() == (0 if is_kept else 1)
    assert OfflineTicket.objects.values("half_day").distinct().count() == 2
    phone.reload()
    panel.get_by_text("Cet appareil est prêt.").wait_for()
    # The half-day says it before its list.
    phone.goto(f"/espace/formateur/demi-journee/{here.half_day.pk}/")
    ready = phone.locator("[data-offline-status]").get_by_text("Prêt hors ligne, jusqu’au")
    ready.or_(phone.locator("[data-offline-status].offline-ready")).first.wait_for()
    assert (
        phone.locator("[data-offline]").bounding_box()["y"]
        < (phone.locator(".people").bounding_box()["y"])
    )
    # The network goes away: nothing is to be loaded again, a button leads on.
    phone.context.set_offline(True)
    phone.get_by_role("link", name="Continuer sans réseau").click()
    phone.get_by_text("Hors ligne", exact=True).wait_for()
    assert phone.get_by_role("listitem").filter(has_text="Aïcha Morvan").is_visible()
