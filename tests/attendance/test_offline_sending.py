"""What a device sends is read strictly: refused whole, or taken."""

import uuid

import pytest
import time_machine

from attendance.domain.evidence_erasure import erase_details
from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEventDetails, OfflineItem
from tests.attendance.devices import EVENING, Device, bring_back, outcomes, prepared, refused, send
from tests.attendance.people import at, room

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    """The half-day of 9:00 to 12:30, prepared the evening before."""
    return room(3)


@pytest.fixture
def device(here) -> Device:
    with time_machine.travel(at(18, day=13), tick=False):
        return prepared(here)


def break_it(body: dict, how: str) -> object:
    item = body["items"][0]
    changes = {
        "no ticket": lambda: body.pop("ticket"),
        "more": lambda: body.update(session=1),
        "half-day as text": lambda: body.update(half_day="1"),
        "items as object": lambda: body.update(items={}),
        "no clock": lambda: body.update(sent_at="hier"),
        "clock without zone": lambda: body.update(sent_at="2027-01-14T09:00:00"),
        "unknown kind": lambda: item.update(kind="correction"),
        "field of another kind": lambda: item.update(absence_reason="work"),
        "key": lambda: item.update(key="abc"),
        "rank": lambda: item.update(sequence=0),
        "rank as boolean": lambda: item.update(sequence=True),
        "float": lambda: item.update(strokes=[[[1.5, 2]]]),
        "strokes as text": lambda: item.update(strokes="[[1,2]]"),
        "null character": lambda: item.update(signed_name="A\0"),
        "far": lambda: item.update(device_time="9999-12-31T23:59:59-23:00"),
        "arrival": lambda: item.update(arrived_at="25:00"),
        "twice": lambda: body.update(items=[item, item]),
        "backwards": lambda: body.update(
            items=[item | {"sequence": 2}, item | {"key": str(uuid.uuid4())}]
        ),
        "many": lambda: body.update(items=[item] * 61),
    }
    return changes[how]()


@pytest.mark.parametrize(
    "how",
    [
        *("no ticket", "more", "half-day as text", "items as object", "no clock"),
        *("clock without zone", "unknown kind", "field of another kind", "key", "rank"),
        *("rank as boolean", "float", "strokes as text", "null character", "far", "arrival"),
        *("twice", "backwards", "many"),
    ],
)
def test_a_sending_of_another_shape_is_refused_whole(here, device, how):
    device.sign(here.enrolments[0], at(9))
    body = device.body(EVENING)
    break_it(body, how)
    with time_machine.travel(EVENING, tick=False):
        refused(send(body), 400, "malformed")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff\xfe", b'{"a":' * 5000, b"1" * 5000])
def test_what_is_not_even_an_object_is_refused(body):
    refused(send(body), 400, "malformed")


def test_a_sending_too_large_is_refused_before_it_is_read(here, device):
    device.sign(here.enrolments[0], at(9), strokes=[[[1, 1]] * 4000] * 20)
    refused(bring_back(device), 413, "payload_too_large")


def test_the_session_and_its_cookie_do_not_count(here, device, trainer, office):
    """A person logged in without the ticket is no one; the ticket without a session is enough."""
    device.sign(here.enrolments[0], at(9))
    body = device.body(EVENING, ticket="rien")
    for actor in (trainer, office):
        answer = actor.post(
            "/espace/formateur/hors-ligne/envoi/", body, content_type="application/json"
        )
        assert answer.status_code == 403
    assert outcomes(bring_back(device)) == ["recorded"]


def test_retention_erases_what_was_kept_of_a_refusal(here, device):
    device.sign(here.enrolments[0], at(9))
    device.sign(here.enrolments[1], at(9), strokes=[[[1, 1]]])
    assert outcomes(bring_back(device)) == ["recorded", "refused"]
    erase_details(session=here.session)
    assert {item.payload == {} for item in OfflineItem.objects.all()} == {True}
    assert not AttendanceEventDetails.objects.exists()
    assert verify_chain(session=here.session).ok
