"""What was done without network comes back: once, in order, both clocks kept, nothing lost."""

import datetime as dt
import uuid

import pytest
import time_machine

from tests.factories import EnrolmentFactory, TrainerFactory, UserFactory
from tests.training.attendance.devices import Device, prepared, send
from tests.training.attendance.people import at, room
from training.domain.attendance import (
    erase_details,
    lock_half_day,
    offline,
    rebuild_marks,
    record_absence,
    verify_chain,
)
from training.domain.sessions import cancel_half_day
from training.exceptions import DomainError
from training.models import (
    AttendanceEvent,
    AttendanceEventDetails,
    AttendanceMark,
    HalfDayLock,
    JournalEntry,
    OfflineItem,
    OfflineTicket,
    RuleSetting,
    TrainerAssignment,
)
from training.registry import Role

pytestmark = pytest.mark.django_db
EVENING = at(19)


@pytest.fixture
def here():
    """The half-day of 9:00 to 12:30, prepared the evening before."""
    return room(3)


@pytest.fixture
def device(here) -> Device:
    with time_machine.travel(at(18, day=13), tick=False):
        return prepared(here)


def bring_back(device: Device, now: dt.datetime = EVENING, **values):
    with time_machine.travel(now, tick=False):
        return send(device.body(now, **values))


def outcomes(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [result["outcome"] for result in answer.json()["results"]]


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


# --- The ticket -----------------------------------------------------------------------------------


def refused(answer, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"].endswith(".")
    assert not AttendanceEvent.objects.exists()
    assert not OfflineItem.objects.exists()


def test_a_ticket_is_good_for_seven_days_then_refused(here, device):
    device.sign(here.enrolments[0], at(9))
    refused(bring_back(device, at(18, 1, day=20)), 403, "ticket_expired")
    assert outcomes(bring_back(device, at(17, 59, day=20))) == ["recorded"]


def test_a_revoked_ticket_is_refused_on_whatever_device(here, device):
    device.sign(here.enrolments[0], at(9))
    with time_machine.travel(at(12), tick=False):
        assert offline.revoke(half_day=here.half_day, trainer=here.trainer, actor=here.actor) == 1
        assert offline.revoke(half_day=here.half_day, trainer=None, actor=here.actor) == 0
    refused(bring_back(device), 403, "ticket_revoked")
    assert JournalEntry.objects.filter(verb="offline.revoked").count() == 1


def test_the_ticket_of_an_account_that_was_closed_is_refused(here, device):
    device.sign(here.enrolments[0], at(9))
    type(here.actor).objects.filter(pk=here.actor.pk).update(is_active=False)
    refused(bring_back(device), 403, "ticket_revoked")


def test_a_ticket_for_another_half_day_is_refused(here, device):
    device.sign(here.enrolments[0], at(9))
    refused(bring_back(device, half_day=room(1).half_day.pk), 403, "wrong_half_day")


@pytest.mark.parametrize("change", [lambda text: text[:-1] + "?", lambda text: "", str.swapcase])
def test_a_changed_ticket_is_refused(here, device, change):
    device.sign(here.enrolments[0], at(9))
    refused(bring_back(device, ticket=change(device.token)), 403, "ticket_invalid")


def test_a_trainer_taken_off_the_half_day_brings_back_nothing_but_loses_nothing(here, device):
    device.sign(here.enrolments[0], at(9))
    TrainerAssignment.objects.filter(half_day=here.half_day).update(trainer=TrainerFactory())
    assert outcomes(bring_back(device)) == ["refused"]
    assert OfflineItem.objects.get().payload["strokes"]


def test_only_a_trainer_of_the_half_day_prepares_it_in_the_week_before_and_until_the_lock(here):
    other = TrainerFactory()
    cases = [
        (at(9), other, other.user, "not_trainer"),
        (at(9), here.trainer, UserFactory(roles=[Role.OFFICE]), "not_trainer"),
        (at(12, 29, day=7), here.trainer, here.actor, "too_early_to_prepare"),
    ]
    for moment, trainer, actor, code in cases:
        with time_machine.travel(moment, tick=False), pytest.raises(DomainError) as found:
            offline.prepare(half_day=here.half_day, trainer=trainer, actor=actor)
        assert found.value.code == code
    with time_machine.travel(at(12, 31, day=7), tick=False):
        prepared(here)
    RuleSetting.objects.create(code="offline_ticket_days", value=3, valid_from=at(1, day=1).date())
    with time_machine.travel(at(12, day=11), tick=False), pytest.raises(DomainError):
        prepared(here)


def test_the_device_takes_along_names_and_nothing_else_of_people(here):
    with time_machine.travel(at(9), tick=False):
        here.sign(here.enrolments[0])
        ticket, _token = offline.prepare(
            half_day=here.half_day, trainer=here.trainer, actor=here.actor
        )
        taken = offline.snapshot(ticket)
    assert taken["people"][2] == {
        "enrolment": str(here.enrolments[0].uuid),
        "name": "Aïcha Morvan",
        "state": "present",
        "words": "Signé à 9\u00a0h",
    }
    assert here.enrolments[0].learner.email not in str(taken)
    assert taken["ready_words"] == (
        "Prêt hors ligne, jusqu’au jeudi 21\u00a0janvier 2027 à 9\u00a0h"
    )


# --- What is sent ---------------------------------------------------------------------------------


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
    """Somebody logged in without the ticket is nobody; the ticket without a session is enough."""
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
