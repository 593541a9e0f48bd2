"""The addresses of the device: what it is given, and who may ask for it."""

import json
import re
from pathlib import Path

import pytest
import time_machine
from PIL import Image

from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.templatetags.static import static

from attendance.models import AttendanceEvent, OfflineDeposit, OfflineItem, OfflineTicket
from portal.views.offline import SHELL_FILES
from tests.attendance.devices import Device, file_of, prepared, refused_item
from tests.attendance.people import Room, at, room
from tests.cast import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(trainer: Actor) -> Room:
    return room(2).taught_by(trainer.person)


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
    trainer: Actor, here: Room, django_assert_max_num_queries
):
    trainer.get(address(here))
    for _item in range(2):
        refused_item(here.half_day)
        with django_assert_max_num_queries(26):
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


def test_the_application_that_is_installed_has_icons_of_the_sizes_that_phones_ask(anonymous: Actor):
    manifest = anonymous.get("/espace/formateur/manifest.webmanifest").json()
    pictures = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    assert {(icon["sizes"], icon["purpose"]) for icon in pictures} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    found = re.search(
        r'rel="apple-touch-icon" href="([^"]+)"', anonymous.get("/espace/", follow=True).text
    )
    for address, sizes in [(icon["src"], icon["sizes"]) for icon in pictures] + [
        (found[1], "180x180")
    ]:
        with Image.open(finders.find(address.removeprefix("/static/"))) as picture:
            assert "x".join(map(str, picture.size)) == sizes


def test_staff_settle_and_revoke_from_the_half_day(office: Actor, here: Room):
    item = refused_item(here.half_day, enrolment=here.enrolments[0], kind="presence")
    sheet = f"/gestion/demi-journees/{here.half_day.pk}/"
    page = office.get(sheet).text
    assert "Reçu d’un appareil, à trancher" in page
    assert "Préparée hors ligne" in page
    settle = f"{sheet}hors-ligne/{item.pk}/"
    assert "ce que l’appareil a gardé" in office.get(settle).text
    assert office.post(settle, {"choice": "take"}).status_code == 422
    answer = office.post(settle, {"choice": "take", "reason": "Vue sur place"}, follow=True)
    assert "C’est tranché" in answer.text
    assert "à trancher" not in answer.text
    assert OfflineItem.objects.get().settled_by == office.user
    mark = here.half_day.marks.get()
    assert AttendanceEvent.objects.get(pk=mark.event_id).method == "staff"
    office.post(f"{sheet}hors-ligne/revoquer/")
    assert OfflineTicket.objects.get().revoked_at == at(9)


def test_a_lock_that_was_refused_can_only_be_left_aside(office: Actor, here: Room):
    item = refused_item(here.half_day)
    settle = f"/gestion/demi-journees/{here.half_day.pk}/hors-ligne/{item.pk}/"
    assert "ce que l’appareil a gardé" not in office.get(settle).text
    assert office.post(settle, {"choice": "take", "reason": "Non"}).status_code == 422
    assert office.post(settle, {"choice": "keep", "reason": "Close ici"}).status_code == 302
    item.refresh_from_db()
    assert item.settled_at == at(9)


def test_the_trainer_hands_in_what_a_device_could_not_send_and_staff_see_it(
    trainer: Actor, office: Actor, here: Room
):
    device = Device(here.half_day.pk, "autre")
    for enrolment in here.enrolments:
        device.sign(enrolment, at(8, 50))
    deposit = "/espace/formateur/hors-ligne/depot/"
    assert trainer.get(deposit).json()["token"]
    answer = trainer.post(
        deposit,
        file_of(device),
        content_type="application/json",
        headers={"X-Reason": "ticket_invalid", "X-Sent-At": "2027-01-14T08:00:00Z"},
    ).json()
    assert (answer["origin"], answer["left"], answer["results"]) == ("unverified", 2, [])
    row = OfflineDeposit.objects.get()
    assert (row.author, row.reason, row.half_day) == (trainer.user, "ticket_invalid", here.half_day)
    assert "Dépôts d’appareils à traiter" in office.get("/gestion/").text
    page = office.get(f"/gestion/demi-journees/{here.half_day.pk}/").text
    assert "Origine non vérifiée" in page
    assert "2 à traiter" in page
    review = f"/gestion/emargement/depots/{row.pk}/"
    assert "Aïcha Morvan" in office.get(review).text
    kept = b"".join(office.get(f"{review}fichier/").streaming_content)
    assert kept == file_of(device)
    office.post(review, {"reason": "Vérifié avec la personne formatrice"})
    page = office.get(f"/gestion/demi-journees/{here.half_day.pk}/").text
    assert "Vérifié avec la personne formatrice" in page
    assert "Dépôts d’appareils à traiter" not in office.get("/gestion/").text
    changed = file_of(device).replace(b"Morvan", b"Durand")
    answer = trainer.post(deposit, changed, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "deposit_changed")


def test_staff_hand_in_the_file_that_a_trainer_sent_them(office: Actor, here: Room):
    with time_machine.travel(at(8), tick=False):
        device = prepared(here)
    for enrolment in here.enrolments:
        device.sign(enrolment, at(8, 50))
    deposit = f"/gestion/demi-journees/{here.half_day.pk}/hors-ligne/deposer/"
    assert "Fichier de l’appareil" in office.get(deposit).text
    bad = {"file": SimpleUploadedFile("a.json", b"{}"), "reason": "Reçu par courriel"}
    assert office.post(deposit, bad).status_code == 422
    good = {"file": SimpleUploadedFile("a.json", file_of(device)), "reason": "Par courriel"}
    page = office.post(deposit, good, follow=True).text
    assert "2\u00a0envois repris, 0 à traiter" in page
    assert AttendanceEvent.objects.count() == 2
