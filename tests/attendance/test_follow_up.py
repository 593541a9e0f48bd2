"""After the signature: late statements, people not enrolled, receipts, disputes, links."""

import datetime as dt
import re

import pytest
import time_machine

from attendance.domain.links import send_due_links, send_signing_link
from attendance.domain.locking import lock_half_day
from attendance.domain.minutes import minutes_attended
from attendance.domain.receipts import (
    close_dispute,
    find_receipt,
    open_dispute,
    recorded_day,
    send_due_receipts,
)
from attendance.domain.recording import correct, record_absence, record_absences
from attendance.domain.signature_claims import confirm_claim, half_days_to_state, submit_late_claim
from attendance.domain.verification import verify_chain
from attendance.domain.walk_ins import dismiss_walk_in, match_walk_in, note_walk_in
from attendance.enums import AttendanceMethod, DisputeState
from attendance.models import AttendanceDispute, AttendanceEvent, AttendanceReceipt, SigningLink
from core.domain import outbox
from core.enums import MessageState
from core.exceptions import DomainError
from core.french import PARIS, format_day, format_minutes, format_time
from core.models import Message
from core.registry import Role
from tests.attendance.people import DAY, TEN, Room, at, on_phone, room, typed
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    LearnerFactory,
    RuleSettingFactory,
    UserFactory,
)
from tests.mails import opened
from training.domain.expected import attended_minutes, expected_enrolments
from training.domain.sessions import half_days
from training.enums import EnrolmentState, HalfDayState
from training.models import AttendanceMark

pytestmark = pytest.mark.django_db
EVENING = at(20)


@pytest.fixture(autouse=True)
def _ten_o_clock():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def staff():
    return UserFactory(roles=[Role.OFFICE])


def refused(call, code: str) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call()
    assert caught.value.code == code
    return caught.value


def close(here: Room) -> None:
    lock_half_day(
        half_day=here.half_day,
        trainer=here.trainer,
        actor=here.actor,
        signature=typed(str(here.trainer)),
        early_reason="Essai",
    )


# --- Minutes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tolerance", "step", "arrival", "minutes"),
    [
        (0, 1, at(9, 7), 203),
        (10, 1, at(9, 10), 210),
        (10, 1, at(9, 11), 199),
        (0, 15, at(9, 7), 210),
        (0, 15, at(9, 8), 195),
        (5, 15, at(9, 40), 165),
        (0, 0, at(9, 7), 203),
    ],
)
def test_tolerance_and_rounding_are_the_dated_rules_of_the_day(tolerance, step, arrival, minutes):
    here = room(0)
    day = {"valid_from": DAY}
    RuleSettingFactory(code="attendance_tolerance_minutes", value=tolerance, **day)
    RuleSettingFactory(code="attendance_rounding_minutes", value=step, **day)
    assert minutes_attended(half_day=here.half_day, arrived_at=arrival) == minutes
    # The day before was under the rules that came before.
    before = HalfDayFactory(session=here.session, day=DAY - dt.timedelta(days=1))
    assert minutes_attended(half_day=before, arrived_at=arrival - dt.timedelta(days=1)) == (
        210 - (arrival - at(9)).seconds // 60
    )


# --- Late statements ------------------------------------------------------------------------------


def late(here: Room, **values):
    given = {
        "half_day": here.half_day,
        "enrolment": here.enrolments[0],
        "signature": typed("Aïcha Morvan"),
        "reason": "Plus de batterie",
    }
    return submit_late_claim(**(given | values))


def test_a_late_statement_is_confirmed_by_the_trainer_and_recorded_as_late():
    here = room(1)
    refused(lambda: late(here), "window_still_open")
    with time_machine.travel(at(14), tick=False):
        assert half_days_to_state(enrolment=here.enrolments[0]) == [here.half_day]
        refused(lambda: late(here, reason=" "), "reason_required")
        refused(lambda: late(here, signature=typed("Paul Durand")), "name_differs")
        claim = late(here)
        assert half_days_to_state(enrolment=here.enrolments[0]) == []
        assert not AttendanceEvent.objects.exists()
    with time_machine.travel(at(18), tick=False):
        event = confirm_claim(claim=claim, actor=here.actor)
    assert (event.kind, event.method) == ("presence", AttendanceMethod.LATE_STATEMENT)
    assert event.minutes == 210
    assert event.details.data["reason"] == "Plus de batterie"
    assert event.context["signed_at"] == "2027-01-14T13:00:00.000000Z"
    assert verify_chain(session=here.session).ok


def test_after_the_lock_only_the_staff_confirms_a_late_statement(staff):
    here = room(1)
    record_absence(
        half_day=here.half_day,
        enrolment=here.enrolments[0],
        absence_reason="unexcused",
        actor=here.actor,
    )
    close(here)
    with time_machine.travel(at(14), tick=False):
        claim = late(here)
        refused(lambda: confirm_claim(claim=claim, actor=here.actor), "half_day_locked")
        event = confirm_claim(claim=claim, actor=staff)
    assert (event.kind, event.method, event.recorded_by) == ("correction", "late", staff)
    assert event.supersedes.kind == "absence"
    assert verify_chain(session=here.session).ok


def test_case_7_a_correction_after_the_lock_is_a_new_event_with_its_reason_and_both_are_visible(
    staff,
):
    here = room(1)
    aicha = here.enrolments[0]
    signed = here.sign(aicha)
    close(here)
    wanted = {"half_day": here.half_day, "enrolment": aicha, "state": "present", "minutes": 120}
    refused(lambda: correct(**wanted, reason="Erreur", actor=here.actor), "half_day_locked")
    refused(lambda: correct(**wanted, reason=" ", actor=staff), "reason_required")
    corrected = correct(**wanted, reason="Départ à 11 h", actor=staff)
    assert (corrected.kind, corrected.supersedes) == ("correction", signed)
    assert corrected.details.data["reason"] == "Départ à 11 h"
    # The signature and the lock are as they were, before it in the chain.
    assert [event.kind for event in AttendanceEvent.objects.order_by("sequence")] == [
        "presence",
        "lock",
        "correction",
    ]
    signed.refresh_from_db()
    assert signed.minutes == 210
    assert AttendanceMark.objects.get().minutes == 120
    assert verify_chain(session=here.session).ok


# --- People not enrolled --------------------------------------------------------------------------


def test_somebody_noted_on_the_spot_counts_once_the_office_matched_them(staff):
    here = room(1)
    noted = note_walk_in(half_day=here.half_day, name="Noé Kerbrat", contact="", actor=here.actor)
    assert not AttendanceEvent.objects.exists()
    assert expected_enrolments(half_day=here.half_day).count() == 1
    # Not an obstacle to the lock.
    here.sign(here.enrolments[0])
    close(here)
    enrolment = EnrolmentFactory(
        session=here.session, learner=LearnerFactory(first_name="Noé", last_name="Kerbrat")
    )
    refused(
        lambda: match_walk_in(walk_in=noted, enrolment=enrolment, actor=here.actor), "not_trainer"
    )
    event = match_walk_in(walk_in=noted, enrolment=enrolment, actor=staff)
    assert (event.method, event.minutes) == ("staff", 210)
    assert attended_minutes(session=here.session)[enrolment.pk] == 210
    refused(
        lambda: match_walk_in(walk_in=noted, enrolment=enrolment, actor=staff), "walk_in_decided"
    )
    assert verify_chain(session=here.session).ok


def test_only_a_confirmed_enrolment_of_the_session_can_be_matched(staff):
    here, other = room(1), room(1)
    noted = note_walk_in(half_day=here.half_day, name="Noé", contact="", actor=here.actor)
    asked = EnrolmentFactory(session=here.session, state=EnrolmentState.REQUESTED)
    for enrolment, code in [(other.enrolments[0], "wrong_session"), (asked, "not_taking_part")]:
        refused(
            lambda item=enrolment: match_walk_in(walk_in=noted, enrolment=item, actor=staff), code
        )
    refused(lambda: dismiss_walk_in(walk_in=noted, actor=staff, note=" "), "reason_required")
    dismiss_walk_in(walk_in=noted, actor=staff, note="Une visite")
    assert not AttendanceEvent.objects.exists()
    refused(
        lambda: note_walk_in(half_day=here.half_day, name=" ", contact="", actor=here.actor),
        "name_missing",
    )
    refused(
        lambda: note_walk_in(half_day=here.half_day, name="Noé", contact="", actor=other.actor),
        "not_trainer",
    )


# --- Receipts -------------------------------------------------------------------------------------


def afternoon_of(here: Room, **values):
    return HalfDayFactory(
        session=here.session,
        trainers=[here.trainer],
        starts_at=at(13, 30),
        ends_at=at(17),
        label="afternoon",
        **values,
    )


def test_case_9_the_receipt_lists_exactly_what_is_stored():
    here = room(2)
    aicha, paul = here.enrolments
    afternoon = afternoon_of(here)
    here.sign(aicha, arrived_at=at(9, 40))
    here.sign(paul)
    with time_machine.travel(at(14), tick=False):
        record_absence(
            half_day=afternoon, enrolment=aicha, absence_reason="transport", actor=here.actor
        )
    assert send_due_receipts(at=at(17, 10)) == 0  # the afternoon's window is still open
    with time_machine.travel(EVENING, tick=False):
        assert send_due_receipts(at=EVENING) == 2
        assert send_due_receipts(at=EVENING) == 0
    receipt = AttendanceReceipt.objects.get(enrolment=aicha)
    lines = [
        line.removeprefix("- ")
        for line in opened(receipt.message).body_text.splitlines()
        if line.startswith("- ")
    ]
    stored = AttendanceMark.objects.filter(enrolment=aicha).order_by("half_day__starts_at")
    assert len(lines) == len(stored) == 2
    for line, mark in zip(lines, stored, strict=True):
        event, half_day = AttendanceEvent.objects.get(pk=mark.event_id), mark.half_day
        wanted = [
            f"{format_day(half_day.starts_at, weekday=True).capitalize()}, de "
            f"{format_time(half_day.starts_at, zone=PARIS)} à "
            f"{format_time(half_day.ends_at, zone=PARIS)} : ",
            f"{event.get_method_display()}, le {format_day(event.received_at)} "
            f"à {format_time(event.received_at, zone=PARIS)}.",
        ]
        if mark.state == "present":
            wanted.append(f"présence, {format_minutes(mark.minutes)}")
            wanted.append(f"arrivée à {format_time(event.arrived_at, zone=PARIS)}")
        else:
            wanted.append(f"absence, motif : {mark.get_absence_reason_display().lower()}.")
        for words in wanted:
            assert words.replace("\u00a0", " ") in line.replace("\u00a0", " ")
    assert set(receipt.events.values()) == {str(mark.event_id) for mark in stored}
    # The HTML says the same, and neither names anybody else.
    html = opened(receipt.message).body_html.replace("\u00a0", " ")
    assert all(line.replace("\u00a0", " ") in html for line in lines)
    assert "Durand" not in receipt.message.body_text + html
    assert receipt.message.to_email == aicha.learner.email


def test_a_correction_is_told_by_another_receipt_and_nobody_without_mail_gets_one(run_jobs):
    here = room(2)
    aicha, paul = here.enrolments
    paul.learner.email = ""
    paul.learner.save(update_fields=["email"])
    here.sign(aicha)
    here.sign(paul)
    with time_machine.travel(EVENING, tick=False):
        assert send_due_receipts(at=EVENING) == 1
        correct(
            half_day=here.half_day,
            enrolment=aicha,
            state="present",
            minutes=120,
            reason="Départ avant la fin",
            actor=here.actor,
        )
        assert send_due_receipts(at=EVENING) == 1
        run_jobs()
    last = AttendanceReceipt.objects.order_by("pk").last()
    # Sent, and blanked: it carried a personal link.
    last.message.refresh_from_db()
    assert last.message.state == MessageState.SENT
    assert "journée/" not in opened(last.message).body_text
    assert [line.mark.minutes for line in recorded_day(enrolment=aicha, day=DAY)] == [120]


def test_the_receipt_says_when_nothing_is_recorded():
    room(1)
    with time_machine.travel(EVENING, tick=False):
        assert send_due_receipts(at=EVENING) == 1
    assert "rien d’enregistré." in opened(AttendanceReceipt.objects.get().message).body_text


def token_in(message: Message) -> str:
    return re.search(r"/emargement/journee/([\w-]+)/", opened(message).body_text)[1]


def test_this_is_not_exact_opens_a_dispute_for_forty_eight_hours(staff):
    here = room(1)
    here.sign(here.enrolments[0])
    with time_machine.travel(EVENING, tick=False):
        send_due_receipts(at=EVENING)
    receipt = AttendanceReceipt.objects.get()
    token = token_in(receipt.message)
    assert find_receipt(token) == receipt
    refused(lambda: find_receipt("autre"), "receipt_unknown")
    with time_machine.travel(EVENING + dt.timedelta(hours=48, seconds=1), tick=False):
        refused(lambda: open_dispute(receipt=receipt, comment=""), "dispute_too_late")
    with time_machine.travel(EVENING + dt.timedelta(hours=48), tick=False):
        dispute = open_dispute(receipt=receipt, comment=" Je suis partie à 11 h ")
        assert open_dispute(receipt=receipt, comment="encore") == dispute
    assert (dispute.comment, dispute.state) == ("Je suis partie à 11 h", DisputeState.OPEN)
    assert AttendanceEvent.objects.count() == 1  # nothing recorded changes by itself
    refused(lambda: close_dispute(dispute=dispute, conclusion=" ", actor=staff), "reason_required")
    close_dispute(dispute=dispute, conclusion="Corrigé", actor=staff)
    refused(lambda: close_dispute(dispute=dispute, conclusion="x", actor=staff), "dispute_closed")
    assert AttendanceDispute.objects.get().closed_by == staff


# --- Personal links -------------------------------------------------------------------------------


def test_links_leave_the_day_before_once_to_those_reached_by_mail(run_jobs):
    here = room(3)
    learners = [item.learner for item in here.enrolments]
    learners[1].email = ""
    learners[1].save(update_fields=["email"])
    type(learners[2]).objects.filter(pk=learners[2].pk).update(preferred_channel="employer")
    assert send_due_links(at=at(8, day=13)) == 0
    with time_machine.travel(at(10, day=13), tick=False):
        assert send_due_links(at=at(10, day=13)) == 1
        assert send_due_links(at=at(10, day=13)) == 0
    message = Message.objects.get(kind="signing_link")
    token = re.search(r"/emargement/([\w-]+)/", opened(message).body_text)[1]
    assert message.to_email == learners[0].email
    assert message.is_secret
    link = SigningLink.objects.get()
    assert token not in str(link.__dict__)
    assert link.expires_at == at(12, 30, day=21)
    run_jobs()
    message.refresh_from_db()
    assert token not in message.body_text + message.body_html


def test_a_new_link_replaces_the_former_and_never_goes_through_the_employer(staff):
    here = room(1)
    enrolment = here.enrolments[0]
    type(enrolment.learner).objects.update(preferred_channel="employer")
    enrolment.learner.refresh_from_db()
    message = send_signing_link(enrolment=enrolment, actor=staff)
    assert (message.state, message.to_email) == (MessageState.TO_DELIVER, "")
    send_signing_link(enrolment=enrolment, actor=staff)
    assert SigningLink.objects.filter(ended_at__isnull=True).count() == 1
    outbox.mark_delivered(message=message, actor=staff)
    assert "/emargement/" not in opened(message).body_text
    gone = EnrolmentFactory(session=here.session, state=EnrolmentState.CANCELLED)
    refused(lambda: send_signing_link(enrolment=gone, actor=staff), "enrolment_not_live")


# --- Half-days, once a person signed --------------------------------------------------------------


def test_a_half_day_begun_is_no_longer_edited_but_cancelled_or_moved_with_a_reason(staff):
    from training.domain.sessions.half_days import change_half_day

    here = room(2)
    on_phone(here, here.enrolments[0])
    half_day = here.half_day
    half_day.counted_minutes = 200
    refused(
        lambda: change_half_day(half_day=half_day, fields=["counted_minutes"], actor=staff),
        "half_day_attended",
    )
    half_day.refresh_from_db()
    later = {"starts_at": at(9, day=21), "ends_at": at(12, 30, day=21), "actor": staff}
    refused(
        lambda: half_days.move_half_day(half_day=half_day, reason="", **later), "reason_required"
    )
    target = half_days.move_half_day(half_day=half_day, reason="Panne de chauffage", **later)
    # Nothing signed is lost, nothing of it counts, and people are expected again a week later.
    assert AttendanceEvent.objects.count() == 1
    assert attended_minutes(session=here.session) == {}
    assert expected_enrolments(half_day=target).count() == 2
    assert verify_chain(session=here.session).ok
    refused(lambda: on_phone(here, here.enrolments[1]), "half_day_cancelled")


def test_a_half_day_that_somebody_countersigned_is_neither_cancelled_nor_moved(staff):
    here = room(1)
    record_absences(
        half_day=here.half_day,
        enrolments=here.enrolments,
        absence_reason="unknown",
        actor=here.actor,
    )
    close(here)
    here.half_day.refresh_from_db()
    assert here.half_day.state == HalfDayState.HELD  # an unknown reason did not keep from closing
    with pytest.raises(DomainError):
        half_days.cancel_half_day(half_day=here.half_day, actor=staff, reason="Neige")
