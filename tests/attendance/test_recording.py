"""Presence, absence, correction: the rules of one signature."""

import uuid

import pytest
import time_machine

from attendance.domain.locking import lock_half_day
from attendance.domain.recording import correct, record_absence, record_presence
from attendance.domain.signatures import Signature
from attendance.domain.windows import signing_window
from attendance.enums import AttendanceKind, AttendanceMethod
from attendance.models import AttendanceEvent
from core.exceptions import DomainError
from core.models import JournalEntry, RuleSetting
from core.registry import Role
from tests.attendance.people import DAY, TEN, at, drawn, room, typed
from tests.factories import EnrolmentFactory, TrainerFactory, UserFactory
from training.enums import AbsenceReason, AttendanceState, SessionState
from training.models import AttendanceMark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_o_clock():
    with time_machine.travel(TEN, tick=False):
        yield


class _Refused:
    """`with _Refused("code") as found`: a `DomainError` with this code, nothing written."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __enter__(self):
        self.before = AttendanceEvent.objects.count()
        return self

    def __exit__(self, kind, error, trace):
        assert isinstance(error, DomainError), f"not refused: {error!r}"
        assert error.code == self.code
        assert AttendanceEvent.objects.count() == self.before
        self.message = error.message
        return True


def test_a_typed_name_with_consent_is_a_presence_with_all_the_counted_minutes():
    here = room(1)
    event = here.sign(here.enrolments[0])
    assert event.sequence == 1
    assert event.kind == AttendanceKind.PRESENCE
    assert event.minutes == 210
    assert event.trainer == here.trainer
    assert event.details.data["signed_name"] == "Aïcha Morvan"
    assert event.details.data["consent"] is True
    assert event.details.data["ip"] == "192.0.2.7"
    assert "Gouvernance partagée" in event.details.data["statement"]
    mark = AttendanceMark.objects.get(enrolment=here.enrolments[0])
    assert (mark.state, mark.minutes, mark.event_id) == (AttendanceState.PRESENT, 210, event.pk)


def test_a_drawing_is_kept_as_its_strokes():
    here = room(1)
    strokes = [[[0, 0], [2000, 2000]], [[5, 5]]]
    event = here.sign(
        here.enrolments[0],
        method=AttendanceMethod.DRAWN_ON_TRAINER_DEVICE,
        signature=drawn(strokes),
    )
    event.details.refresh_from_db()
    assert event.details.data["strokes"] == strokes
    assert event.details.data["signed_name"] == "Aïcha Morvan"


@pytest.mark.parametrize(
    ("strokes", "code"),
    [
        (None, "signature_missing"),
        ([], "signature_missing"),
        ([[[1, 1]]], "signature_missing"),
        ([[[1, 1], [2, 2001]]], "signature_invalid"),
        ([[[1, 1], [-1, 2]]], "signature_invalid"),
        ([[[1, 1], [1.5, 2]]], "signature_invalid"),
        ([[[1, 1], [True, 2]]], "signature_invalid"),
        ([[[1, 1], [1, 2, 3]]], "signature_invalid"),
        ([[[1, 1], "ab"]], "signature_invalid"),
        (["ab"], "signature_invalid"),
        ({"a": 1}, "signature_invalid"),
        ([[[1, 1]] * 4001], "signature_too_large"),
        ([[[1, 1], [2, 2]]] * 101, "signature_too_large"),
    ],
)
def test_a_drawing_that_is_no_signature_is_refused(strokes, code):
    here = room(1)
    with _Refused(code):
        here.sign(
            here.enrolments[0],
            method=AttendanceMethod.DRAWN_ON_TRAINER_DEVICE,
            signature=Signature(strokes=strokes),
        )


@pytest.mark.parametrize(
    "name", ["aicha MORVAN", "  Morvan ", "MORVAN Aïcha", "A. Morvan\x00", "Aïcha Le Goff-Morvan"]
)
def test_a_typed_name_needs_at_least_the_last_name_whatever_case_and_accents(name):
    here = room(1)
    assert here.sign(here.enrolments[0], signature=typed(name)).sequence == 1


def test_the_birth_name_and_ligatures_are_recognised():
    here = room(1)
    learner = here.enrolments[0].learner
    learner.last_name, learner.birth_name = "Lœuil", "d’Héricourt"
    learner.save()
    assert here.sign(here.enrolments[0], signature=typed("Aicha Loeuil")).sequence == 1
    here = room(1)
    learner = here.enrolments[0].learner
    learner.birth_name = "d’Héricourt"
    learner.save()
    assert here.sign(here.enrolments[0], signature=typed("Aïcha D'HERICOURT")).sequence == 1


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        (None, "name_missing"),
        (typed("   "), "name_missing"),
        (typed("Aïcha Morvan", consent=False), "consent_missing"),
        (typed("Aïcha"), "name_differs"),
        (typed("Paul Durand"), "name_differs"),
    ],
)
def test_a_typed_name_that_is_no_signature_is_refused(signature, code):
    here = room(1)
    with _Refused(code):
        here.sign(here.enrolments[0], signature=signature)


def test_a_minute_before_the_window_is_refused_and_says_when_it_opens():
    here = room(1)
    with time_machine.travel(at(8, 44), tick=False), _Refused("window_not_open") as refusal:
        here.sign(here.enrolments[0])
    assert "jeudi 14\u00a0janvier 2027 à 8\u00a0h\u00a045" in refusal.message
    with time_machine.travel(at(8, 45), tick=False):
        assert here.sign(here.enrolments[0]).sequence == 1


def test_signing_stops_thirty_minutes_after_the_end():
    here = room(2)
    with time_machine.travel(at(13, 0), tick=False):
        here.sign(here.enrolments[0])
    with time_machine.travel(at(13, 1), tick=False), _Refused("window_closed") as refusal:
        here.sign(here.enrolments[1])
    assert "13\u00a0h" in refusal.message


def test_the_window_follows_the_rule_in_force_on_the_day_of_the_half_day():
    here = room(1)
    RuleSetting.objects.create(
        code="signing_opens_minutes_before", value=60, valid_from=DAY.replace(day=1)
    )
    RuleSetting.objects.create(
        code="signing_opens_minutes_before", value=5, valid_from=DAY.replace(day=15)
    )
    assert signing_window(here.half_day).opens_at == at(8, 0)


def test_after_the_window_the_trainer_declares_with_a_reason():
    here = room(1)
    declare = {"method": AttendanceMethod.DECLARED_BY_TRAINER, "signature": None}
    with time_machine.travel(at(18, 0), tick=False):
        with _Refused("reason_required"):
            here.sign(here.enrolments[0], **declare)
        event = here.sign(here.enrolments[0], **declare, reason="Tablette déchargée")
    assert event.method == AttendanceMethod.DECLARED_BY_TRAINER
    assert event.details.data["reason"] == "Tablette déchargée"


def test_the_same_person_is_not_recorded_twice():
    here = room(1)
    here.sign(here.enrolments[0])
    with _Refused("already_recorded") as refusal:
        here.sign(here.enrolments[0])
    assert "Aïcha Morvan" in refusal.message


def test_a_repeated_request_returns_the_first_event():
    here = room(2)
    key = uuid.uuid4()
    first = here.sign(here.enrolments[0], idempotency_key=key)
    assert here.sign(here.enrolments[0], idempotency_key=key) == first
    with _Refused("idempotency_conflict"):
        here.sign(here.enrolments[1], idempotency_key=key)
    assert AttendanceEvent.objects.count() == 1


def test_somebody_not_expected_is_refused():
    here = room(1)
    with _Refused("not_expected"):
        here.sign(EnrolmentFactory())


def test_only_the_trainers_of_the_half_day_record():
    here = room(1)
    with _Refused("not_trainer"):
        here.sign(here.enrolments[0], actor=TrainerFactory().user)
    with _Refused("not_trainer"):
        here.sign(here.enrolments[0], actor=None)
    with _Refused("not_trainer"):
        record_absence(
            half_day=here.half_day,
            enrolment=here.enrolments[0],
            absence_reason=AbsenceReason.EXCUSED,
            actor=TrainerFactory().user,
        )


def test_a_completed_session_takes_no_more_attendance():
    here = room(1)
    type(here.session).objects.update(state=SessionState.COMPLETED, completed_at=TEN)
    with _Refused("session_over"):
        here.sign(here.enrolments[0])


def test_minutes_missed_at_either_end_are_taken_off():
    # 9:00 to 12:30, 210 minutes counted. Arrives 9:20: 210 - 20 = 190.
    here = room(4)
    one, two, three, four = here.enrolments
    assert here.sign(one, arrived_at=at(9, 20)).minutes == 190
    # Early arrivals add nothing.
    assert here.sign(two, arrived_at=at(8, 50)).minutes == 210
    # Arrives 9:30, leaves 9:45: 210 - 30 - 165 = 15.
    assert here.sign(three, arrived_at=at(9, 30), left_at=at(9, 45)).minutes == 15
    # Leaves 9:59:30: 150.5 minutes missed, 150 whole ones: 60.
    leaves = at(9, 59).replace(second=30)
    assert here.sign(four, left_at=leaves).minutes == 60


def test_breaks_cannot_bring_the_minutes_below_zero():
    # 180 minutes counted out of 210 on the clock; ten minutes of presence: 180 - 200 → 0.
    here = room(1, counted_minutes=180)
    event = here.sign(here.enrolments[0], left_at=at(9, 10))
    assert event.minutes == 0


@pytest.mark.parametrize(
    ("arrived", "left", "code"),
    [
        (at(9, 40), at(9, 30), "times_out_of_order"),
        (at(12, 30), None, "times_out_of_order"),
        (None, at(9, 0), "times_out_of_order"),
        (at(10, 1), None, "time_in_future"),
        (None, at(11, 0), "time_in_future"),
    ],
)
def test_impossible_times_are_refused(arrived, left, code):
    here = room(1)
    with _Refused(code):
        here.sign(here.enrolments[0], arrived_at=arrived, left_at=left)


def test_an_absence_is_recorded_then_a_late_arrival_signs():
    here = room(1)
    absence = record_absence(
        half_day=here.half_day,
        enrolment=here.enrolments[0],
        absence_reason=AbsenceReason.UNKNOWN,
        actor=here.actor,
    )
    mark = AttendanceMark.objects.get()
    assert (mark.state, mark.minutes, mark.absence_reason) == ("absent", 0, "unknown")
    presence = here.sign(here.enrolments[0], arrived_at=at(9, 50))
    assert presence.supersedes == absence
    mark.refresh_from_db()
    assert (mark.state, mark.minutes, mark.absence_reason) == ("present", 160, "")


def test_an_absence_reason_may_be_known_later_but_not_repeated():
    here = room(1)
    declare = {"half_day": here.half_day, "enrolment": here.enrolments[0], "actor": here.actor}
    record_absence(**declare, absence_reason=AbsenceReason.UNKNOWN)
    with _Refused("already_recorded"):
        record_absence(**declare, absence_reason=AbsenceReason.UNKNOWN)
    record_absence(**declare, absence_reason=AbsenceReason.TRANSPORT, comment="Car en panne")
    assert AttendanceMark.objects.get().absence_reason == AbsenceReason.TRANSPORT
    with _Refused("bad_reason"):
        record_absence(**declare, absence_reason="malade")


def test_somebody_recorded_present_is_not_declared_absent_without_a_correction():
    here = room(1)
    here.sign(here.enrolments[0])
    with _Refused("already_recorded"):
        record_absence(
            half_day=here.half_day,
            enrolment=here.enrolments[0],
            absence_reason=AbsenceReason.EXCUSED,
            actor=here.actor,
        )


def test_a_correction_supersedes_and_both_stay_visible():
    here = room(1)
    signed = here.sign(here.enrolments[0])
    with time_machine.travel(at(11, 30), tick=False):
        event = correct(
            half_day=here.half_day,
            enrolment=here.enrolments[0],
            state=AttendanceState.PRESENT,
            left_at=at(11, 0),
            reason="Partie plus tôt",
            actor=here.actor,
        )
    assert event.supersedes == signed
    assert event.minutes == 120
    assert list(AttendanceEvent.objects.values_list("kind", "minutes")) == [
        ("presence", 210),
        ("correction", 120),
    ]
    assert AttendanceMark.objects.get().minutes == 120
    assert JournalEntry.objects.filter(verb="attendance.corrected").count() == 1


def test_a_correction_needs_a_reason_and_something_to_correct():
    here = room(1)
    ask = {
        "half_day": here.half_day,
        "enrolment": here.enrolments[0],
        "state": AttendanceState.PRESENT,
        "actor": here.actor,
    }
    with _Refused("reason_required"):
        correct(**ask, reason="  ")
    with _Refused("nothing_to_correct"):
        correct(**ask, reason="Oubli")
    here.sign(here.enrolments[0])
    with _Refused("bad_state"):
        correct(**ask | {"state": "late"}, reason="Oubli")
    with _Refused("minutes_out_of_range"):
        correct(**ask, minutes=211, reason="Oubli")
    with _Refused("bad_reason"):
        correct(**ask | {"state": AttendanceState.ABSENT}, reason="Oubli")


def test_after_the_lock_only_the_staff_correct_with_a_reason():
    here = room(1)
    here.sign(here.enrolments[0])
    with time_machine.travel(at(12, 30), tick=False):
        lock_half_day(
            half_day=here.half_day,
            trainer=here.trainer,
            actor=here.actor,
            signature=typed(str(here.trainer)),
        )
        change = {
            "half_day": here.half_day,
            "enrolment": here.enrolments[0],
            "state": AttendanceState.ABSENT,
            "absence_reason": AbsenceReason.UNEXCUSED,
            "reason": "Signature faite par une autre personne",
        }
        with _Refused("half_day_locked"):
            correct(**change, actor=here.actor)
        with _Refused("half_day_locked"):
            record_absence(
                half_day=here.half_day,
                enrolment=here.enrolments[0],
                absence_reason=AbsenceReason.EXCUSED,
                actor=here.actor,
            )
        with _Refused("not_trainer"):
            correct(**change, actor=UserFactory())
        office = UserFactory(roles=[Role.OFFICE])
        event = correct(**change, actor=office)
    assert event.method == AttendanceMethod.STAFF
    assert event.recorded_by == office
    assert AttendanceEvent.objects.count() == 3
    assert AttendanceMark.objects.get().state == AttendanceState.ABSENT


def test_the_staff_records_in_its_own_name_with_a_reason():
    here = room(1)
    office = UserFactory(roles=[Role.OFFICE])
    values = {
        "half_day": here.half_day,
        "enrolment": here.enrolments[0],
        "method": AttendanceMethod.STAFF,
        "signature": None,
    }
    with _Refused("not_trainer"):
        record_presence(**values, actor=here.actor, reason="Oubli")
    with _Refused("reason_required"):
        record_presence(**values, actor=office)
    event = record_presence(**values, actor=office, reason="Feuille de papier reçue")
    assert event.trainer is None
    assert event.recorded_by == office
