"""What was done without network comes back: once, in order, both clocks kept, nothing lost."""

import datetime as dt
import uuid

import pytest
import time_machine

from attendance.domain.locking import lock_half_day
from attendance.domain.offline import settling
from attendance.domain.projection import rebuild_marks
from attendance.domain.recording import record_absence
from attendance.domain.verification import verify_chain
from attendance.models import (
    AttendanceEvent,
    HalfDayLock,
    OfflineItem,
    OfflineTicket,
    WalkIn,
)
from core.exceptions import DomainError
from core.models import JournalEntry
from tests.attendance.devices import EVENING, Device, bring_back, outcomes, prepared
from tests.attendance.people import at, room, typed
from tests.factories import EnrolmentFactory
from training.domain.sessions.half_days import cancel_half_day
from training.models import AttendanceMark

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
    device.sign(here.enrolments[1], at(9, 21), arrived_at="09:20")
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
    assert AttendanceMark.objects.get().event_id == elsewhere.pk
    kinds = AttendanceEvent.objects.order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["presence", "conflict", "conflict"]
    kept = AttendanceEvent.objects.get(sequence=2)
    assert kept.context["clash"] == "recorded"
    assert kept.details.data["strokes"]
    assert verify_chain(session=here.session).ok
    assert rebuild_marks(session=here.session) == 0
    # Staff settle each: the first stays beside, the second is taken, with a reason.
    first, second = settling.items_to_settle()
    with time_machine.travel(at(20), tick=False):
        settling.settle(item=first, take=False, reason="Même personne", actor=office.user)
        settling.settle(item=second, take=True, reason="Partie dès 9 h 30", actor=office.user)
        with pytest.raises(DomainError) as found:
            settling.settle(item=second, take=True, reason="Encore", actor=office.user)
    assert found.value.code == "already_settled"
    mark = AttendanceMark.objects.get()
    assert (
        mark.state,
        mark.absence_reason,
        AttendanceEvent.objects.get(pk=mark.event_id).sequence,
    ) == ("absent", "transport", 4)
    assert not settling.items_to_settle()
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
    assert AttendanceEvent.objects.get(pk=mark.event_id).supersedes.kind == "absence"


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
        settling.settle(item=signature, take=True, reason="A signé sur place", actor=office.user)
    mark = AttendanceMark.objects.get(enrolment=here.enrolments[0])
    assert (
        mark.state,
        AttendanceEvent.objects.get(pk=mark.event_id).kind,
        AttendanceEvent.objects.get(pk=mark.event_id).method,
    ) == ("present", "correction", "drawn")
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
        settling.settle(item=item, take=True, reason="Présence vue", actor=office.user)
        lost = OfflineItem.objects.get(sequence=1)
        with pytest.raises(DomainError) as found:
            settling.settle(item=lost, take=True, reason="Présence vue", actor=office.user)
    assert found.value.code == "nothing_to_take"
    mark = AttendanceMark.objects.get()
    assert AttendanceEvent.objects.get(pk=mark.event_id).method == "staff"


def test_a_half_day_cancelled_meanwhile_loses_nothing(here, device, office):
    device.sign(here.enrolments[0], at(9))
    with time_machine.travel(at(8, day=14), tick=False):
        cancel_half_day(half_day=here.half_day, actor=office.user, reason="Neige")
    answer = bring_back(device)
    assert outcomes(answer) == ["refused"]
    assert "n’a pas lieu" in answer.json()["results"][0]["message"]
    assert OfflineItem.objects.get().payload["strokes"]


def test_a_person_who_cannot_sign_is_declared_without_network_with_a_reason(here, device):
    declared = {"kind": "declared", "reason": "Tablette en panne", "strokes": None}
    fields = {"kind", "enrolment", "reason", "arrived_at", "key", "sequence", "device_time"}
    for enrolment, when, values in [
        (here.enrolments[0], at(9, 10), {}),
        # Nothing closes a declaration.
        (here.enrolments[1], at(14), {"arrived_at": "09:30"}),
        (here.enrolments[2], at(9, 12), {"reason": " "}),
    ]:
        item = device.sign(enrolment, when, **(declared | values))
        for name in set(item) - fields:
            del item[name]
    assert outcomes(bring_back(device)) == ["recorded", "recorded", "refused"]
    events = list(AttendanceEvent.objects.order_by("sequence"))
    assert [(event.kind, event.method, event.minutes) for event in events] == [
        ("presence", "declared", 210),
        ("presence", "declared", 180),
    ]
    assert events[0].details.data["reason"] == "Tablette en panne"
    assert verify_chain(session=here.session).ok


def undone(item: dict) -> dict:
    """The same rank and key, once the action is taken back on the device."""
    kept = {name: item[name] for name in ("key", "sequence", "device_time", "enrolment")}
    return kept | {"kind": "undone", "of": item["kind"], "undone_at": item["device_time"]}


def test_an_action_undone_before_it_is_sent_writes_no_event_and_leaves_a_trace(here, device):
    wrong = device.sign(here.enrolments[0], at(9))
    device.queue[0] = undone(wrong)
    device.sign(here.enrolments[1], at(9, 1))
    assert outcomes(bring_back(device)) == ["undone", "recorded"]
    assert AttendanceEvent.objects.get().enrolment == here.enrolments[1]
    item = OfflineItem.objects.get(sequence=1)
    assert (item.enrolment, item.undone_words) == (here.enrolments[0], "signature")
    assert "strokes" not in item.payload
    assert outcomes(bring_back(device)) == ["undone", "recorded"]
    assert not settling.items_to_settle()


def test_an_action_undone_after_it_had_arrived_stands(here, device):
    signed = device.sign(here.enrolments[0], at(9))
    assert outcomes(bring_back(device)) == ["recorded"]
    assert outcomes(bring_back(device, items=[undone(signed)])) == ["recorded"]
    assert AttendanceEvent.objects.count() == 1
    # What was never that action changes nothing.
    answer = bring_back(device, items=[undone(signed) | {"of": "absence"}])
    assert answer.json()["code"] == "idempotency_conflict"


@pytest.mark.parametrize(("protocol", "status"), [(None, 200), (1, 200), (2, 200), (3, 400)])
def test_the_former_protocol_is_taken_and_an_unknown_one_is_named(here, device, protocol, status):
    device.sign(here.enrolments[0], at(9))
    more = {} if protocol is None else {"protocol": protocol}
    answer = bring_back(device, **more)
    assert answer.status_code == status
    assert answer.json().get("code") == ("protocol_unknown" if status == 400 else None)


def test_a_person_without_an_enrolment_noted_without_network_waits_for_the_office_once(
    here, device, office
):
    device.walk_in("Robert  Guéguen", at(9, 5), contact="06 11 22 33 44")
    answer = bring_back(device, at(14))
    assert outcomes(answer) == ["noted"]
    assert outcomes(bring_back(device, at(15))) == ["noted"]
    walk_in = WalkIn.objects.get()
    assert (walk_in.name, walk_in.contact) == ("Robert Guéguen", "06 11 22 33 44")
    assert (walk_in.noted_at, walk_in.noted_by) == (at(9, 5), OfflineTicket.objects.get().issued_to)
    item = OfflineItem.objects.get()
    assert (item.event, item.payload, item.to_settle) == (None, {}, False)
    assert not AttendanceEvent.objects.exists()
    assert not settling.items_to_settle().exists()


def test_a_person_noted_before_others_closed_the_half_day_is_not_forgotten(here, device):
    device.walk_in("Robert Guéguen", at(12, 20))
    with time_machine.travel(at(12, 25), tick=False):
        for enrolment in here.enrolments:
            record_absence(
                half_day=here.half_day,
                enrolment=enrolment,
                absence_reason="transport",
                actor=here.trainer.user,
            )
    with time_machine.travel(at(12, 40), tick=False):
        lock_half_day(
            half_day=here.half_day,
            trainer=here.trainer,
            actor=here.trainer.user,
            signature=typed(str(here.trainer)),
        )
    assert outcomes(bring_back(device, at(14))) == ["noted"]
    assert WalkIn.objects.get().name == "Robert Guéguen"
