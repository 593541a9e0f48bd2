"""Trying codes of the room: slowed, seen by the office, and never in the way of the others."""

import datetime as dt
import re

import pytest
import time_machine

from django.test import Client
from django.utils import timezone

from attendance.domain import guessing
from attendance.domain.room_codes import code_to_show, renew_room_code, room_code, secret_of
from attendance.models import AttendanceEvent
from portal.own_phone import FAILURES, FAILURES_WITH_LINK
from tests.attendance.people import TEN, Room, crowd, link_of, room
from tests.cast import Actor
from tests.portal.phones import WRONG, link, own

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_o_clock():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def here(trainer: Actor) -> Room:
    return room(3).taught_by(trainer.person)


@pytest.fixture
def code(here: Room) -> str:
    return room_code(half_day=here.half_day, actor=here.actor)


@pytest.fixture
def phone() -> Client:
    return Client(HTTP_USER_AGENT="Telephone")


def square(here: Room) -> str:
    shown = code_to_show(half_day=here.half_day, actor=here.actor)
    return f"/emargement/salle/{secret_of(shown)}/"


def behind(address: str) -> Client:
    """A phone whose network address the proxy gives."""
    return Client(headers={"X-Forwarded-For": address})


def type_wrong_codes(client: Client, count: int) -> None:
    for _try in range(count):
        assert client.post("/emargement/", {"code": "AAAAAA"}).status_code == 422


def test_a_bored_learner_closes_the_room_to_nobody(here, code, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    bored, neighbour, elsewhere = behind("192.0.2.1"), behind("192.0.2.1"), behind("192.0.2.2")
    with time_machine.travel(TEN, tick=False) as clock:
        type_wrong_codes(bored, FAILURES)
        bored.post("/emargement/", {"code": "AAAAAA"})  # the first in the queue
        # Another address: at once.
        assert elsewhere.post("/emargement/", {"code": code}).status_code == 302
        # The same one, with the square or a personal link: at once.
        assert neighbour.get(square(here))["Location"] == "/emargement/qui/"
        with_link = behind("192.0.2.1")
        assert with_link.post(link(here), {"code": code})["Location"] == own(here)
        # With letters: in its turn, within five seconds.
        typing = behind("192.0.2.1")
        waits = typing.post("/emargement/", {"code": code})
        assert (waits.status_code, waits["Retry-After"]) == (429, "3")
        page = waits.content.decode()
        again = re.search(r'http-equiv="refresh" content="3;url=([^"]+)"', page)[1]
        clock.shift(3)
        assert typing.get(again)["Location"] == "/emargement/qui/"
        # The next one waits again: one attempt at a time.
        assert bored.post("/emargement/", {"code": "AAAAAA"}).status_code == 429


def test_a_right_code_never_counts(here, code):
    for _try in range(FAILURES + 2):
        assert Client().post("/emargement/", {"code": code}).status_code == 302


def test_a_personal_link_is_counted_alone(here, code, phone):
    mine, other = link(here), link(here, 1)
    for _try in range(FAILURES_WITH_LINK):
        assert phone.post(mine, {"code": "AAAAAA"}).status_code == 422
    statuses = [phone.post(mine, {"code": "AAAAAA"}).status_code for _try in range(2)]
    assert statuses == [422, 429]
    assert phone.post(other, {"code": code}).status_code == 302
    assert phone.post("/emargement/", {"code": code}).status_code == 302


def test_a_wrong_code_from_a_square_can_be_typed_again(phone, here, code):
    page = phone.get("/emargement/salle/AAAAAA/").content.decode()
    assert WRONG in page
    assert re.search(r'<form[^>]+action="([^"]+)"', page)[1] == "/emargement/"


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1] + "g", lambda text: f"9{text}", lambda text: text.upper()]
)
def test_a_square_that_is_not_quite_right_opens_nothing(phone, here, code, change):
    address = square(here)
    wrong = change(address.split("/")[3])
    assert phone.get(f"/emargement/salle/{wrong}/").status_code == 422


def test_many_wrong_codes_in_an_hour_are_shown_to_the_office_and_new_codes_are_longer(
    here, code, office, phone, monkeypatch
):
    monkeypatch.setattr(guessing, "CEILING", 5)
    assert len(code) == 6
    type_wrong_codes(phone, 5)
    assert "essayés en nombre" not in office.get("/gestion/").content.decode()
    type_wrong_codes(phone, 1)
    assert "Codes de salle essayés en nombre" in office.get("/gestion/").content.decode()
    # The code that is shown stays; the next has eight letters.
    assert room_code(half_day=here.half_day, actor=here.actor) == code
    longer = renew_room_code(half_day=here.half_day, actor=here.actor)
    assert len(longer) == 8
    # From now on those who already failed share one pace; nobody else waits.
    statuses = [phone.post("/emargement/", {"code": "AAAAAA"}).status_code for _try in range(3)]
    assert statuses == [422, 429, 429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert elsewhere.post("/emargement/", {"code": longer}).status_code == 302
    with time_machine.travel(TEN + dt.timedelta(hours=26), tick=False):
        assert not guessing.happened_lately(at=timezone.now())


def test_a_class_of_twenty_five_signs_within_a_minute(trainer):
    place = crowd(25).taught_by(trainer.person)
    address = square(place)
    for enrolment in place.enrolments:
        phone = Client()  # all behind the one address of the room
        assert phone.get(address).status_code == 302
        assert phone.post(f"/emargement/{link_of(enrolment)}/").status_code == 302
        signed = {"signed_name": str(enrolment.learner), "consent": "on"}
        done = phone.post(f"/emargement/signer/{enrolment.uuid}/", signed)
        assert done["Location"] == "/emargement/merci/"
    assert AttendanceEvent.objects.count() == 25
