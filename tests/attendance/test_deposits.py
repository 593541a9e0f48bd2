"""What a device could not send by itself is handed in as a file: kept, taken where it may be."""

import datetime as dt
import json

import pytest
import time_machine

from django.core.files.storage import storages

from attendance.domain import evidence_erasure
from attendance.domain.offline import deposits, tickets
from attendance.domain.verification import verify_chain
from attendance.models import (
    AttendanceEvent,
    OfflineDeposit,
    OfflineDepositFile,
    OfflineDepositReview,
    OfflineItem,
)
from core.exceptions import DomainError
from core.models import JournalEntry
from tests.attendance.devices import Device, bring_back, file_of, outcomes, prepared
from tests.attendance.people import at, room

pytestmark = pytest.mark.django_db
LATE = at(9, day=25)


@pytest.fixture
def here():
    return room(3)


@pytest.fixture
def device(here) -> Device:
    """Prepared the evening before; Aïcha, Paul and Léa signed on it."""
    with time_machine.travel(at(18, day=13), tick=False):
        made = prepared(here)
    for enrolment in here.enrolments:
        made.sign(enrolment, at(9, 5))
    return made


def hand_in(device: Device, actor, now: dt.datetime = LATE, **values):
    with time_machine.travel(now, tick=False):
        return deposits.deposit(raw=file_of(device), actor=actor, **values)


def test_past_the_date_of_the_ticket_signatures_are_regularised(here, device):
    assert bring_back(device, LATE).json()["code"] == "ticket_expired"
    row, done = hand_in(device, here.actor, reason="ticket_expired")
    assert [item.outcome for item in done.taken] == ["regularised"] * 3
    assert (row.origin, row.item_count, row.left_count) == ("verified", 3, 0)
    assert (row.half_day, row.author, row.received_at) == (here.half_day, here.actor, LATE)
    event = AttendanceEvent.objects.order_by("sequence")[0]
    assert (event.method, event.minutes) == ("declared", 210)
    assert event.details.data["strokes"]
    assert verify_chain(session=here.session).ok
    assert not deposits.deposits_to_review()
    assert JournalEntry.objects.get(verb="offline.deposited").session_id == here.session.pk


def test_the_same_file_twice_is_one_deposit_and_one_event_each(here, device):
    first, _done = hand_in(device, here.actor)
    second, done = hand_in(device, here.actor, LATE + dt.timedelta(hours=1))
    assert first == second
    assert len(done.taken) == AttendanceEvent.objects.count() == 3
    assert OfflineDepositFile.objects.count() == 1


def test_what_was_sent_before_is_not_taken_again_and_a_lost_rank_keeps_nothing_out(here, device):
    assert outcomes(bring_back(device, at(19), items=device.queue[:1])) == ["recorded"]
    # The second one is lost: the third could not be sent.
    device.queue.pop(1)
    assert bring_back(device, at(19, 1)).json()["code"] == "queue_gap"
    row, done = hand_in(device, here.actor, at(19, 2))
    # The ticket still lasts: what was signed in the hours is a signature.
    assert [item.outcome for item in done.taken] == ["recorded", "recorded"]
    assert row.left_count == 0
    assert AttendanceEvent.objects.count() == 2


def test_a_revoked_device_hands_in_and_the_office_decides(here, device, office):
    with time_machine.travel(at(12), tick=False):
        tickets.revoke(half_day=here.half_day, trainer=None, actor=office.user)
    row, done = hand_in(device, here.actor, at(19))
    assert not done.taken
    assert not AttendanceEvent.objects.exists()
    assert (row.origin, row.left_count) == ("revoked", 3)
    assert list(deposits.deposits_to_review()) == [row]
    lines = deposits.lines_of(row)
    assert [(line.name, line.what) for line in lines] == [("Aïcha Morvan", "Signature")] * 3
    with time_machine.travel(at(20), tick=False):
        deposits.review(deposit=row, reason="Enregistrées une à une", actor=office.user)
        with pytest.raises(DomainError) as found:
            deposits.review(deposit=row, reason="Encore", actor=office.user)
    assert found.value.code == "already_reviewed"
    assert not deposits.deposits_to_review()
    assert OfflineDepositReview.objects.get().reviewed_by == office.user


@pytest.mark.parametrize("token", ["un ticket d’une autre clé", ""])
def test_a_ticket_that_is_not_ours_is_deposited_with_its_origin_not_verified(here, device, token):
    device.token = token
    row, done = hand_in(device, here.actor, half_day=here.half_day)
    assert not done.taken
    assert (row.origin, row.half_day, row.ticket) == ("unverified", here.half_day, None)
    assert not OfflineItem.objects.exists()
    with storages["private"].open(OfflineDepositFile.objects.get().key) as kept:
        assert json.loads(kept.read())["content"]["items"][0]["strokes"]


def test_a_file_cut_or_changed_is_refused_and_nothing_is_kept(here, device):
    whole = file_of(device)
    cases = {
        b"": "deposit_unreadable",
        b"[]": "deposit_unreadable",
        whole[:-20]: "deposit_unreadable",
        whole.replace(b"Morvan", b"Durand"): "deposit_changed",
        b" " * (deposits.MAX_BYTES + 1): "deposit_unreadable",
    }
    for raw, code in cases.items():
        with pytest.raises(DomainError) as found:
            deposits.deposit(raw=raw, actor=here.actor)
        assert found.value.code == code
    assert not OfflineDeposit.objects.exists()


def test_a_row_that_cannot_be_read_is_left_for_the_office(here, device):
    device.queue[1]["kind"] = "autre"
    row, done = hand_in(device, here.actor)
    assert len(done.taken) == 2
    assert row.left_count == 1


def test_deposits_are_written_once_and_retention_erases_their_file(here, device):
    row, _done = hand_in(device, here.actor)
    with pytest.raises(DomainError):
        row.delete()
    with pytest.raises(DomainError):
        OfflineDeposit.objects.update(reason="")
    key = OfflineDepositFile.objects.get().key
    on = LATE.date() + dt.timedelta(days=2192)
    assert evidence_erasure.erase_deposits_past_retention(on=on) == 0
    assert evidence_erasure.erase_deposits_past_retention(on=on + dt.timedelta(days=1)) == 1
    assert not storages["private"].exists(key)
    assert deposits.lines_of(row) == []
    assert OfflineDeposit.objects.get().sha256 == row.sha256
