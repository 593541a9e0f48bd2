"""What was done without network comes back: once, in order, both clocks kept, nothing lost."""

import datetime as dt
import uuid

import pytest
import time_machine

from tests.factories import EnrolmentFactory
from tests.training.attendance.devices import EVENING, Device, bring_back, outcomes, prepared
from tests.training.attendance.people import at, room
from training.domain.attendance import (
    lock_half_day,
    offline,
    rebuild_marks,
    record_absence,
    verify_chain,
)
from training.domain.half_days import cancel_half_day
from training.exceptions import DomainError
from training.models import (
    AttendanceEvent,
    AttendanceMark,
    HalfDayLock,
    JournalEntry,
    OfflineItem,
    OfflineTicket,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    """The half-day of 9:00 to 12:30, prepared the evening before."""
    return room(3)


@pytest.fixture
def device(here) -> Device:
    with time_machine.travel(at(18, day=13), tick=False):
        return prepared(here)


def test_offline_three_signatures_with_a_clock_two_hours_wrong_are_synchronised_and_drift_is_shown(
    here,
):
    """Probative case 8."""
    with time_machine.travel(at(8, 30), tick=False):
        device = prepared(here, ahead=dt.timedelta(hours=2))
    for minute, enrolment in enumerate(here.enrolments):
        device.sign(enrolment, at(9, minute))
    # By the device's own clock they were signed at 11 o'clock; sent at 14:00, read as 16:00.
    assert outcomes(bring_back(device, at(14))) == ["recorded"] * 3
    events = list(AttendanceEvent.objects.order_by("sequence"))
    assert [event.method for event in events] == ["drawn"] * 3
    assert events[1].received_at == at(14)
    assert events[1].context == {
        "offline": True,
        "device_time": "2027-01-14T10:01:00.000000Z",
        "sent_at": "2027-01-14T15:00:00.000000Z",
        "drift_seconds": 7200,
        "happened_at": "2027-01-14T08:01:00.000000Z",
        "queue_sequence": 2,
        "ticket_id": str(OfflineTicket.objects.get().pk),
    }
    item = OfflineItem.objects.get(sequence=2)
    assert (item.drift_seconds, item.happened_at, item.event) == (7200, at(9, 1), events[1])
    assert verify_chain(session=here.session).ok
    # Nothing of it is kept twice.
    assert {kept.payload == {} for kept in OfflineItem.objects.all()} == {True}


def test_a_whole_half_day_comes_back_in_order_and_only_once(here, device):
    device.sign(here.enrolments[0], at(9))
    device.sign(here.enrolments[1], at(9, 1), arrived_at="09:20")
    device.absent(here.enrolments[2], at(9, 30))
    device.lock(str(here.trainer), at(12, 25))
    answer = bring_back(device)
    assert outcomes(answer) == ["recorded"] * 4
    assert answer.json()["preparation"]["closed"] is True
    for _again in range(2):
        repeated = bring_back(device, EVENING + dt.timedelta(minutes=1)).json()
        assert repeated["results"] == answer.json()["results"]
    events = AttendanceEvent.objects.order_by("sequence")
    assert [event.kind for event in events] == ["presence", "presence", "absence", "lock"]
    assert [event.minutes for event in events] == [210, 190, 0, None]
    assert HalfDayLock.objects.get().event.context["offline"] is True
    here.half_day.refresh_from_db()
    assert here.half_day.state == "held"
    report = verify_chain(session=here.session)
    assert report.ok, report.message


def test_a_queue_sent_in_pieces_goes_on_where_it_stopped(here, device):
    for enrolment in here.enrolments:
        device.sign(enrolment, at(9))
    assert outcomes(bring_back(device, items=device.queue[:2])) == ["recorded"] * 2
    assert outcomes(bring_back(device, items=device.queue[1:])) == ["recorded"] * 2
    assert AttendanceEvent.objects.count() == 3


def test_a_missing_indication_stops_the_queue_after_what_came_before(here, device):
    for enrolment in here.enrolments:
        device.sign(enrolment, at(9))
    answer = bring_back(device, items=[device.queue[0], device.queue[2]])
    assert answer.status_code == 409
    assert answer.json()["code"] == "queue_gap"
    assert [result["sequence"] for result in answer.json()["results"]] == [1]
    assert AttendanceEvent.objects.count() == 1


def test_the_same_key_or_rank_with_another_content_writes_nothing(here, device):
    first = device.sign(here.enrolments[0], at(9))
    assert outcomes(bring_back(device)) == ["recorded"]
    changed = [
        [first | {"enrolment": str(here.enrolments[1].uuid)}],
        [first | {"key": str(uuid.uuid4())}],
    ]
    for items in changed:
        answer = bring_back(device, items=items)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")
    assert AttendanceEvent.objects.count() == 1
    assert OfflineItem.objects.count() == 1


@pytest.mark.parametrize("moment", [at(8, 44), at(13, 1)])
def test_a_signature_outside_the_hours_becomes_a_regularisation_by_the_trainer(
    here, device, moment
):
    device.sign(here.enrolments[0], moment)
    assert outcomes(bring_back(device)) == ["regularised"]
    event = AttendanceEvent.objects.get()
    assert (event.kind, event.method, event.minutes) == ("presence", "declared", 210)
    assert event.context["regularised"] is True
    assert "en dehors des heures d’émargement" in event.details.data["reason"]
    # The drawing is not lost.
    assert event.details.data["strokes"]


@pytest.mark.parametrize("moment", [at(17, 54, day=13), at(19, 6)])
def test_a_moment_before_the_preparation_or_after_the_sending_is_no_moment_of_signing(here, moment):
    # The preparation was in the window, so that only credibility can tell.
    with time_machine.travel(at(9, 30), tick=False):
        device = prepared(here)
    device.sign(here.enrolments[0], at(9, 20) if moment < at(9) else moment)
    assert outcomes(bring_back(device)) == ["regularised"]


def test_somebody_who_signed_elsewhere_meanwhile_keeps_both(here, device, office):
    with time_machine.travel(at(9, 10), tick=False):
        elsewhere = here.sign(here.enrolments[0])
    device.sign(here.enrolments[0], at(9, 5))
    device.absent(here.enrolments[0], at(9, 30))
    answer = bring_back(device)
    assert outcomes(answer) == ["conflict", "conflict"]
    assert AttendanceMark.objects.get().event == elsewhere
    kinds = AttendanceEvent.objects.order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["presence", "conflict", "conflict"]
    kept = AttendanceEvent.objects.get(sequence=2)
    assert kept.context["clash"] == "recorded"
    assert kept.details.data["strokes"]
    assert verify_chain(session=here.session).ok
    assert rebuild_marks(session=here.session) == 0
    # Staff settle each: the first stays beside, the second is taken, with a reason.
    first, second = offline.items_to_settle()
    with time_machine.travel(at(20), tick=False):
        offline.settle(item=first, take=False, reason="Même personne", actor=office.user)
        offline.settle(item=second, take=True, reason="Partie dès 9 h 30", actor=office.user)
        with pytest.raises(DomainError) as found:
            offline.settle(item=second, take=True, reason="Encore", actor=office.user)
    assert found.value.code == "already_settled"
    mark = AttendanceMark.objects.get()
    assert (mark.state, mark.absence_reason, mark.event.sequence) == ("absent", "transport", 4)
    assert not offline.items_to_settle()
    assert JournalEntry.objects.filter(verb="offline.settled").count() == 2


def test_an_absence_noted_elsewhere_then_a_signature_offline_is_a_late_arrival(here, device):
    with time_machine.travel(at(9, 10), tick=False):
        record_absence(
            half_day=here.half_day,
            enrolment=here.enrolments[0],
            absence_reason="unknown",
            actor=here.actor,
        )
    device.sign(here.enrolments[0], at(9, 40), arrived_at="09:40")
    assert outcomes(bring_back(device)) == ["recorded"]
    mark = AttendanceMark.objects.get()
    assert (mark.state, mark.minutes) == ("present", 170)
    assert mark.event.supersedes.kind == "absence"


def test_what_comes_back_after_the_lock_is_kept_for_the_staff(here, device, office):
    with time_machine.travel(at(12, 30), tick=False):
        for enrolment in here.enrolments:
            record_absence(
                half_day=here.half_day,
                enrolment=enrolment,
                absence_reason="unknown",
                actor=here.actor,
            )
        lock_half_day(
            half_day=here.half_day,
            trainer=None,
            actor=office.user,
            signature=None,
            reason="Personne formatrice injoignable",
        )
    device.sign(here.enrolments[0], at(9))
    device.lock(str(here.trainer), at(12, 25))
    answer = bring_back(device)
    assert outcomes(answer) == ["conflict", "refused"]
    assert answer.json()["results"][1]["message"] == "Cette demi-journée est déjà close."
    assert AttendanceMark.objects.get(enrolment=here.enrolments[0]).state == "absent"
    lock = OfflineItem.objects.get(kind="lock")
    assert lock.payload["signed_name"] == str(here.trainer)
    signature = OfflineItem.objects.get(kind="presence")
    with time_machine.travel(at(20), tick=False):
        offline.settle(item=signature, take=True, reason="A signé sur place", actor=office.user)
    mark = AttendanceMark.objects.get(enrolment=here.enrolments[0])
    assert (mark.state, mark.event.kind, mark.event.method) == ("present", "correction", "staff")
    assert verify_chain(session=here.session).ok


def test_a_lock_is_refused_by_name_when_somebody_was_added_meanwhile(here, device):
    for enrolment in here.enrolments:
        device.sign(enrolment, at(9))
    device.lock(str(here.trainer), at(12, 25))
    added = EnrolmentFactory(session=here.session)
    answer = bring_back(device)
    assert outcomes(answer) == ["recorded"] * 3 + ["refused"]
    assert str(added.learner) in answer.json()["results"][3]["message"]
    assert answer.json()["preparation"]["closed"] is False
    assert not HalfDayLock.objects.exists()


def test_a_lock_asked_before_the_end_by_the_corrected_clock_needs_its_reason(here, device):
    for enrolment in here.enrolments:
        device.sign(enrolment, at(9))
    device.lock(str(here.trainer), at(11))
    device.lock(str(here.trainer), at(11, 1), early_reason="Coupure de courant")
    assert outcomes(bring_back(device)) == ["recorded"] * 3 + ["refused", "recorded"]
    assert HalfDayLock.objects.get().event.details.data["early_reason"] == "Coupure de courant"


def test_what_no_rule_allows_is_kept_as_it_came_and_writes_no_event(here, device, office):
    stranger = EnrolmentFactory()
    device.sign(stranger, at(9))
    device.sign(here.enrolments[0], at(9), strokes=[[[1, 1]]])
    device.sign(here.enrolments[0], at(9), strokes=None, signed_name="Paul Durand", consent=True)
    device.sign(here.enrolments[0], at(9), arrived_at="12:45")
    device.absent(here.enrolments[1], at(9), absence_reason="malade")
    answer = bring_back(device)
    assert outcomes(answer) == ["refused"] * 5
    assert not AttendanceEvent.objects.exists()
    assert OfflineItem.objects.get(sequence=2).payload["strokes"] == [[[1, 1]]]
    # The office may still record what the drawing could not say.
    item = OfflineItem.objects.get(sequence=2)
    with time_machine.travel(at(20), tick=False):
        offline.settle(item=item, take=True, reason="Présence vue", actor=office.user)
        lost = OfflineItem.objects.get(sequence=1)
        with pytest.raises(DomainError) as found:
            offline.settle(item=lost, take=True, reason="Présence vue", actor=office.user)
    assert found.value.code == "nothing_to_take"
    assert AttendanceMark.objects.get().event.method == "staff"


def test_a_half_day_cancelled_meanwhile_loses_nothing(here, device, office):
    device.sign(here.enrolments[0], at(9))
    with time_machine.travel(at(8, day=14), tick=False):
        cancel_half_day(half_day=here.half_day, actor=office.user, reason="Neige")
    answer = bring_back(device)
    assert outcomes(answer) == ["refused"]
    assert "n’a pas lieu" in answer.json()["results"][0]["message"]
    assert OfflineItem.objects.get().payload["strokes"]
