"""The addresses of the device: what it is given, and who may ask for it."""

import json
import re
from pathlib import Path

import pytest
import time_machine

from django.contrib.staticfiles import finders
from django.templatetags.static import static

from portal.views.offline import SHELL_FILES
from tests.cast import Actor
from tests.training.attendance.devices import refused_item
from tests.training.attendance.people import Room, at, room
from training.models import OfflineItem, OfflineTicket, TrainerAssignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(trainer: Actor) -> Room:
    place = room(2)
    TrainerAssignment.objects.filter(half_day=place.half_day).update(trainer=trainer.person)
    return place


@pytest.fixture(autouse=True)
def _in_the_morning():
    with time_machine.travel(at(9), tick=False):
        yield


def address(here: Room, what: str = "") -> str:
    return f"/espace/formateur/demi-journee/{here.half_day.pk}/{what}"


def test_preparing_answers_a_ticket_and_the_names(trainer: Actor, here: Room):
    answer = trainer.post(address(here, "preparer/")).json()
    assert [person["name"] for person in answer["preparation"]["people"]] == [
        "Paul Durand",
        "Aïcha Morvan",
    ]
    ticket = OfflineTicket.objects.get()
    assert answer["preparation"]["ticket"] == str(ticket.pk)
    assert (ticket.issued_at, ticket.expires_at) == (at(9), at(9, day=21))


def test_preparing_too_early_is_told_why(trainer: Actor, here: Room):
    with time_machine.travel(at(9, day=3), tick=False):
        answer = trainer.post(address(here, "preparer/"))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_early_to_prepare")
    assert not OfflineTicket.objects.exists()


def test_the_page_shows_what_is_prepared_and_to_settle_and_the_trainer_revokes(
    trainer: Actor, here: Room
):
    refused_item(here.half_day, enrolment=here.enrolments[0], kind="presence", message="")
    page = trainer.get(address(here)).text
    assert "1\u00a0préparation hors ligne en cours" in page
    assert "Aïcha Morvan, signature de 9\u00a0h" in page
    page = trainer.post(address(here, "revoquer/"), follow=True).text
    assert "Préparation révoquée" in page
    assert "hors ligne en cours" not in page
    assert OfflineTicket.objects.get().revoked_at == at(9)


def test_the_half_day_costs_the_same_whatever_came_back(
    trainer: Actor, here: Room, django_assert_num_queries
):
    trainer.get(address(here))
    for _item in range(2):
        refused_item(here.half_day)
        with django_assert_num_queries(26):
            trainer.get(address(here))


def test_the_pages_of_the_device_are_all_among_what_it_keeps(anonymous: Actor):
    page = anonymous.get("/espace/formateur/hors-ligne/").text
    asked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert asked <= {static(name) for name in SHELL_FILES}
    for name in SHELL_FILES:
        if name.endswith(".js"):
            source = Path(finders.find(name)).read_text(encoding="utf-8")
            folder = name.rsplit("/", 1)[0]
            for imported in re.findall(r'from "(\.[^"]+)"', source):
                parts = [folder] if imported.startswith("./") else folder.split("/")[:-1]
                assert "/".join([*parts, imported.lstrip("./")]) in SHELL_FILES, imported
    worker = anonymous.get("/espace/formateur/sw.js")
    assert worker.headers["Content-Type"] == "text/javascript; charset=utf-8"
    shell = json.loads(re.search(r"const SHELL = (\{.*\});", worker.text).group(1))
    assert shell["page"] == "/espace/formateur/hors-ligne/"
    assert set(shell["files"]) == {static(name) for name in SHELL_FILES}
    # The same until something of it changes.
    assert anonymous.get("/espace/formateur/sw.js").content == worker.content


def test_the_pages_of_the_device_hold_nobody(trainer: Actor, here: Room, anonymous: Actor):
    mine = trainer.get("/espace/formateur/hors-ligne/").text
    assert mine == anonymous.get("/espace/formateur/hors-ligne/").text
    assert "Morvan" not in mine


def test_the_manifest_installs_the_pages_of_trainers(anonymous: Actor):
    answer = anonymous.get("/espace/formateur/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["start_url"] == manifest["scope"] == "/espace/formateur/"
    assert finders.find("img/mark.svg")


def test_staff_settle_and_revoke_from_the_half_day(office: Actor, here: Room):
    item = refused_item(here.half_day, enrolment=here.enrolments[0], kind="presence")
    sheet = f"/gestion/demi-journees/{here.half_day.pk}/"
    page = office.get(sheet).text
    assert "Hors ligne, à départager" in page
    assert "Préparée hors ligne" in page
    settle = f"{sheet}hors-ligne/{item.pk}/"
    assert "l’indication de l’appareil" in office.get(settle).text
    assert office.post(settle, {"choice": "take"}).status_code == 422
    answer = office.post(settle, {"choice": "take", "reason": "Vue sur place"}, follow=True)
    assert "C’est départagé" in answer.text
    assert "à départager" not in answer.text
    assert OfflineItem.objects.get().settled_by == office.user
    assert here.half_day.marks.get().event.method == "staff"
    office.post(f"{sheet}hors-ligne/revoquer/")
    assert OfflineTicket.objects.get().revoked_at == at(9)


def test_a_lock_that_was_refused_can_only_be_left_aside(office: Actor, here: Room):
    item = refused_item(here.half_day)
    settle = f"/gestion/demi-journees/{here.half_day.pk}/hors-ligne/{item.pk}/"
    assert "l’indication de l’appareil" not in office.get(settle).text
    assert office.post(settle, {"choice": "take", "reason": "Non"}).status_code == 422
    assert office.post(settle, {"choice": "keep", "reason": "Close ici"}).status_code == 302
    item.refresh_from_db()
    assert item.settled_at == at(9)
