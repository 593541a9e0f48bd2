"""What waits on a device finds its way, whatever became of the server meanwhile, in a browser."""

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from playwright.sync_api import Error

from django.core.files.storage import storages
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from attendance.domain.offline.deposits import lines_of
from attendance.domain.verification import verify_chain
from attendance.models import (
    AttendanceEvent,
    OfflineDeposit,
    OfflineDepositFile,
    OfflineItem,
    OfflineTicket,
)
from core.domain.canonical import canonical_json
from operations.domain.backups.databases import copy_to, run_postgres
from tests.attendance.people import Room, about_to_end
from tests.browsing import visit
from tests.cast import Actor
from tests.factories import EnrolmentFactory, LearnerFactory
from tests.portal.test_offline_in_browser import left_on_the_device, prepare, sign

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SignIn = Callable[["Page", Actor], None]
SENDING = "**/hors-ligne/envoi/"
DEVICE = "/espace/formateur/hors-ligne/"


def place_of(people: int, trainer: Actor) -> Room:
    here = about_to_end(0)
    here.enrolments = [
        EnrolmentFactory(
            session=here.session,
            learner=LearnerFactory(first_name="Aïcha", last_name=f"Nom{number:02}"),
        )
        for number in range(1, people + 1)
    ]
    return here.taught_by(trainer.person)


def sign_without_network(page: "Page", here: Room, people: slice) -> None:
    page.context.set_offline(True)
    visit(page, f"/espace/formateur/demi-journee/{here.half_day.pk}/")
    page.get_by_text("Hors ligne", exact=True).wait_for()
    for enrolment in here.enrolments[people]:
        sign(page, str(enrolment.learner))


def until_left(page: "Page", queue: int) -> None:
    for _try in range(400):
        # The page may be on its way to another one: what was sent is shown there.
        with suppress(Error):
            if left_on_the_device(page)["queue"] == queue:
                return
        page.wait_for_timeout(100)  # milliseconds: lets the browser go on
    pytest.fail(f"{left_on_the_device(page)['queue']} still wait, not {queue}")


def everyone_is_there_once(here: Room, people: int) -> None:
    events = AttendanceEvent.objects.order_by("sequence")
    assert [event.enrolment for event in events] == here.enrolments[:people]
    assert {event.kind for event in events} == {"presence"}
    report = verify_chain(session=here.session)
    assert report.ok, report.message


def not_reached(route: "Route") -> None:
    route.fulfill(status=502)


def answer_lost(route: "Route") -> None:
    route.fetch()
    route.abort()


@pytest.mark.parametrize("fails", [not_reached, answer_lost])
def test_seven_wait_five_are_sent_and_the_next_request_fails(
    phone: "Page", trainer: Actor, sign_in: SignIn, fails: Callable[["Route"], None]
):
    here = place_of(8, trainer)
    sign_in(phone, trainer)
    prepare(phone, here)
    sign_without_network(phone, here, slice(7))
    taken: list[int] = []

    def five_pass(route: "Route") -> None:
        if taken:
            taken.append(len(json.loads(route.request.post_data or "{}")["items"]))
            return fails(route)
        # By way of the test: what the page sends may leave before the browser has its network.
        answer = route.fetch()
        if answer.ok:
            taken.append(len(answer.json()["results"]))
        return route.fulfill(response=answer)

    phone.context.route(SENDING, five_pass)
    phone.context.set_offline(False)
    until_left(phone, 2)
    prepare_pressed(phone, here)
    assert taken[:2] == [5, 2]
    assert left_on_the_device(phone) == {"preparations": 1, "queue": 2}
    assert OfflineTicket.objects.count() == 1
    # The next person signs after it was prepared again: nothing is written over.
    sign_without_network(phone, here, slice(7, 8))
    assert left_on_the_device(phone)["queue"] == 3
    phone.context.unroute(SENDING)
    phone.context.set_offline(False)
    phone.get_by_text("8 sur 8 en présence.", exact=True).wait_for(timeout=60_000)
    everyone_is_there_once(here, 8)
    assert left_on_the_device(phone)["queue"] == 0
    ranks = OfflineItem.objects.order_by("sequence").values_list("sequence", "outcome")
    assert list(ranks) == [(rank, "recorded") for rank in range(1, 9)]


def prepare_pressed(page: "Page", here: Room) -> None:
    """« Préparer » pressed by a person, on a device that was prepared before."""
    visit(page, f"/espace/formateur/demi-journee/{here.half_day.pk}/")
    # It brings itself up to date first.
    page.get_by_text("Prêt hors ligne, jusqu’au").wait_for()
    with page.expect_response("**/preparer/") as answered:
        page.get_by_role("button", name="Préparer cet appareil").click()
    assert answered.value.ok
    page.get_by_text("Prêt hors ligne, jusqu’au").wait_for()


# --- Another server than the one that prepared it -------------------------------------------------


def read_by_name(page: "Page", here: Room, people: slice) -> None:
    visit(page, DEVICE)
    for enrolment in here.enrolments[people]:
        line = f"{enrolment.learner}\u00a0: signature de"
        page.get_by_role("listitem").filter(has_text=line).wait_for()


def hand_in(page: "Page") -> None:
    page.get_by_role("button", name="Remettre au secrétariat").click()


def kept_whole_of_unverified_origin(here: Room, actor: Actor, people: slice) -> None:
    deposit = OfflineDeposit.objects.get()
    names = [str(enrolment.learner) for enrolment in here.enrolments[people]]
    assert (deposit.origin, deposit.ticket, deposit.half_day) == ("unverified", None, here.half_day)
    assert (deposit.author, deposit.item_count, deposit.left_count) == (actor.user, 2, 2)
    assert [line.name for line in lines_of(deposit)] == names
    with storages["private"].open(OfflineDepositFile.objects.get().key) as stored:
        said = json.loads(stored.read())
    assert hashlib.sha256(canonical_json(said["content"])).hexdigest() == deposit.sha256
    assert all(item["strokes"] for item in said["content"]["items"])


def test_eight_days_later_what_waited_is_read_by_name_and_recorded_once_handed_in(
    phone: "Page", trainer: Actor, sign_in: SignIn
):
    here = place_of(3, trainer)
    sign_in(phone, trainer)
    prepare(phone, here)
    sign_without_network(phone, here, slice(2))
    later = timezone.now() + dt.timedelta(days=8)
    with time_machine.travel(later, tick=True):
        phone.context.clock.set_fixed_time(later)
        read_by_name(phone, here, slice(2))
        phone.context.set_offline(False)
        read_by_name(phone, here, slice(2))
        phone.get_by_text("Cette préparation a expiré le").wait_for()
        assert left_on_the_device(phone)["queue"] == 2
        assert not AttendanceEvent.objects.exists()
        hand_in(phone)
        until_left(phone, 0)
    everyone_is_there_once(here, 2)
    assert {event.context["regularised"] for event in AttendanceEvent.objects.all()} == {True}
    deposit = OfflineDeposit.objects.get()
    assert (deposit.origin, deposit.item_count, deposit.left_count) == ("verified", 2, 0)


def test_after_another_secret_key_what_waited_is_kept_by_the_office(
    phone: "Page", trainer: Actor, sign_in: SignIn, settings: Any
):
    here = place_of(3, trainer)
    sign_in(phone, trainer)
    prepare(phone, here)
    sign_without_network(phone, here, slice(2))
    settings.SECRET_KEY = "une-autre-clef-que-celle-qui-a-signe-la-preparation"
    phone.context.set_offline(False)
    read_by_name(phone, here, slice(2))
    phone.get_by_text("Cette préparation n’est pas reconnue").wait_for()
    # Another key ends every login as well: nothing is erased for that.
    hand_in(phone)
    phone.get_by_text("Identifiez-vous pour l’envoyer au secrétariat").wait_for()
    assert left_on_the_device(phone)["queue"] == 2
    trainer.force_login(trainer.user)
    sign_in(phone, trainer)
    read_by_name(phone, here, slice(2))
    hand_in(phone)
    phone.get_by_text("remise au secrétariat, qui décidera").first.wait_for()
    until_left(phone, 0)
    assert not AttendanceEvent.objects.exists()
    kept_whole_of_unverified_origin(here, trainer, slice(2))


def test_restored_from_before_it_was_prepared_what_waited_is_kept_once(
    phone: "Page", trainer: Actor, office: Actor, sign_in: SignIn, tmp_path: Path
):
    here = place_of(3, trainer)
    sign_in(phone, trainer)
    copy_to(tmp_path / "last-night")
    prepare(phone, here)
    sign_without_network(phone, here, slice(2))
    restore(tmp_path / "last-night")
    assert not OfflineTicket.objects.exists()
    phone.context.set_offline(False)
    # Prepared anew: the next signature goes by itself, what is blocked holds nothing up.
    visit(phone, f"/espace/formateur/demi-journee/{here.half_day.pk}/")
    phone.get_by_text("Cette préparation n’est pas reconnue").wait_for()
    phone.get_by_role("button", name="Préparer cet appareil").click()
    phone.get_by_text("Prêt hors ligne, jusqu’au").wait_for()
    sign_without_network(phone, here, slice(2, 3))
    phone.context.set_offline(False)
    until_left(phone, 2)
    assert AttendanceEvent.objects.get().enrolment == here.enrolments[2]
    read_by_name(phone, here, slice(2))
    # The office has it, its answer is lost: handed in again, it is there once.
    answers = iter([answer_lost])

    def first_is_lost(route: "Route") -> None:
        lost = next(answers, None) if route.request.method == "POST" else None
        (lost or (lambda route: route.continue_()))(route)

    phone.context.route("**/hors-ligne/depot/", first_is_lost)
    hand_in(phone)
    phone.get_by_text("L’envoi n’a pas abouti. Rien n’est effacé").wait_for()
    assert left_on_the_device(phone)["queue"] == 2
    hand_in(phone)
    phone.get_by_text("remise au secrétariat, qui décidera").first.wait_for()
    until_left(phone, 0)
    assert AttendanceEvent.objects.count() == 1
    kept_whole_of_unverified_origin(here, trainer, slice(2))
    address = reverse("offline-deposit", args=[OfflineDeposit.objects.get().pk])
    shown = office.get(address).content.decode()
    assert "origine non vérifiée" in shown.lower()
    assert all(str(enrolment.learner) in shown for enrolment in here.enrolments[:2])


def test_restored_from_after_it_was_prepared_what_waited_is_recorded_once_handed_in(
    phone: "Page", trainer: Actor, sign_in: SignIn, tmp_path: Path
):
    here = place_of(4, trainer)
    sign_in(phone, trainer)
    prepare(phone, here)
    copy_to(tmp_path / "last-night")
    sign_without_network(phone, here, slice(1))
    phone.context.set_offline(False)
    until_left(phone, 0)
    assert AttendanceEvent.objects.get().enrolment == here.enrolments[0]
    sign_without_network(phone, here, slice(1, 3))
    restore(tmp_path / "last-night")
    assert not AttendanceEvent.objects.exists()
    phone.context.set_offline(False)
    # What the server had and lost is not on the device any more: a rank is missing.
    read_by_name(phone, here, slice(1, 3))
    phone.get_by_text("Il manque un envoi avant celui-ci").wait_for()
    hand_in(phone)
    until_left(phone, 0)
    deposit = OfflineDeposit.objects.get()
    assert (deposit.origin, deposit.left_count) == ("verified", 0)
    events = AttendanceEvent.objects.order_by("sequence")
    assert [event.enrolment for event in events] == here.enrolments[1:3]
    # And the next one goes by itself again.
    sign_without_network(phone, here, slice(3, 4))
    phone.context.set_offline(False)
    until_left(phone, 0)
    assert [event.enrolment for event in events.all()] == here.enrolments[1:4]
    assert verify_chain(session=here.session).ok


def restore(path: Path) -> None:
    """The database as it was when it was copied, under the server that runs."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
    else:
        name = f"--dbname={connection.settings_dict['NAME']}"
        run_postgres("pg_restore", "--clean", "--if-exists", "--no-owner", name, str(path))
