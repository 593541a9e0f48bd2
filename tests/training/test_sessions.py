"""The life of a training session, and what stands in its way."""

import datetime as dt

import pytest

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from attendance.models import AttendanceEvent
from core.exceptions import DomainError, TransitionRefused
from core.models import JournalEntry, Message
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    SessionFactory,
    TrainerFactory,
    UserFactory,
    VenueFactory,
    session_with_people,
)
from tests.mails import opened
from training.domain.expected import expected_enrolments
from training.domain.sessions import half_days, planning
from training.domain.sessions import lifecycle as session_lifecycle
from training.domain.sessions.planning import Slot
from training.enums import AttendanceState, EnrolmentState, HalfDayLabel, HalfDayState, SessionState
from training.models import AttendanceMark, HalfDay
from training.signals import session_completed

pytestmark = pytest.mark.django_db


def test_days_and_slots_become_half_days_with_their_trainers():
    session = SessionFactory(state=SessionState.DRAFT)
    trainer = TrainerFactory()
    days = [dt.date(2027, 1, 15), dt.date(2027, 1, 14), dt.date(2027, 1, 14)]

    planned = planning.plan_half_days(session=session, days=days, trainers=[trainer])

    assert len(planned) == 4
    assert [timezone.localtime(item.starts_at).strftime("%d %H:%M") for item in planned] == [
        "14 09:00",
        "14 13:30",
        "15 09:00",
        "15 13:30",
    ]
    assert all(item.assignments.get().trainer == trainer for item in planned)
    assert {item.counted_minutes for item in planned} == {210}


def test_a_slot_may_pass_midnight_in_the_time_zone_of_its_venue():
    venue = VenueFactory(time_zone="America/Cayenne")
    session = SessionFactory(venue=venue)
    evening = Slot(
        label=HalfDayLabel.EVENING,
        starts=dt.time(21, 0),
        ends=dt.time(0, 30),
        counted_minutes=200,
    )

    (half_day,) = planning.plan_half_days(
        session=session, days=[dt.date(2027, 1, 14)], slots=[evening]
    )

    assert half_day.starts_at == dt.datetime(2027, 1, 15, 0, 0, tzinfo=dt.UTC)
    assert half_day.ends_at - half_day.starts_at == dt.timedelta(hours=3, minutes=30)


def test_counted_minutes_cannot_exceed_the_clock():
    slot = Slot(label=HalfDayLabel.MORNING, starts=dt.time(9), ends=dt.time(10), counted_minutes=61)

    with pytest.raises(ValidationError, match="minutes comptées"):
        planning.plan_half_days(session=SessionFactory(), days=[dt.date(2027, 1, 14)], slots=[slot])

    assert not HalfDay.objects.exists()


def test_a_session_without_half_days_does_not_open():
    session = SessionFactory(state=SessionState.DRAFT)

    with pytest.raises(DomainError) as refused:
        session_lifecycle.open_session(session=session, actor=None)

    assert refused.value.details == ["Aucune demi-journée n’est prévue."]
    session.refresh_from_db()
    assert session.state == SessionState.DRAFT


def test_a_session_without_a_place_does_not_open():
    session = SessionFactory(state=SessionState.DRAFT, venue=None)
    HalfDayFactory(session=session)

    with pytest.raises(DomainError, match="lieu"):
        session_lifecycle.open_session(session=session, actor=None)


def test_a_half_day_without_trainer_is_named_before_confirmation():
    session = SessionFactory()
    half_day = HalfDayFactory(session=session)

    with pytest.raises(DomainError) as refused:
        session_lifecycle.confirm_session(session=session, actor=None)

    assert str(half_day) in refused.value.message


def test_an_open_session_is_confirmed_and_the_journal_says_by_whom():
    office = UserFactory()
    session = SessionFactory()
    HalfDayFactory(session=session, trainers=[TrainerFactory()])

    session_lifecycle.confirm_session(session=session, actor=office)

    assert session.state == SessionState.CONFIRMED
    entry = JournalEntry.objects.get(verb="session.confirmed")
    assert (entry.actor, entry.from_state, entry.to_state) == (office, "open", "confirmed")


def test_completion_names_open_half_days_and_undecided_people():
    session = session_with_people(learners=1)
    waiting = EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)

    with pytest.raises(DomainError) as refused:
        session_lifecycle.complete_session(session=session, actor=None)

    assert refused.value.code == "blocked"
    assert "Demi-journées à clore" in refused.value.details[0]
    assert str(waiting.learner) in refused.value.details[1]


@pytest.fixture
def held_session():
    """Two people, one present, one never there; the half-day is locked."""
    session = session_with_people(learners=2)
    half_day = session.half_days.get()
    HalfDay.objects.filter(pk=half_day.pk).update(state=HalfDayState.HELD, held_at=timezone.now())
    present, absent = session.enrolments.all()
    for rank, (enrolment, state, minutes) in enumerate(
        [(present, AttendanceState.PRESENT, 210), (absent, AttendanceState.ABSENT, 0)]
    ):
        event = AttendanceEvent.objects.create(
            session=session,
            sequence=rank + 1,
            kind="presence",
            half_day=half_day,
            enrolment=enrolment,
            method="typed",
            received_at=timezone.now(),
            details_digest="0" * 64,
            hash=str(rank) * 64,
        )
        AttendanceMark.objects.create(
            enrolment=enrolment, half_day=half_day, state=state, minutes=minutes, event_id=event.pk
        )
    return session


def test_completion_separates_who_came_from_who_never_did(held_session):
    present, absent = held_session.enrolments.all()
    waiting = EnrolmentFactory(session=held_session, state=EnrolmentState.WAITLISTED)
    heard = []

    def listen(sender, session, actor, **kwargs):
        heard.append((session.pk, actor))

    session_completed.connect(listen)
    try:
        session_lifecycle.complete_session(session=held_session, actor=None)
    finally:
        session_completed.disconnect(listen)

    for enrolment in (present, absent, waiting):
        enrolment.refresh_from_db()
    assert present.state == EnrolmentState.COMPLETED
    assert (absent.state, absent.ended_on) == (EnrolmentState.NO_SHOW, timezone.localdate())
    assert waiting.state == EnrolmentState.EXPIRED
    assert heard == [(held_session.pk, None)]


def test_signing_only_at_a_half_day_cancelled_since_is_not_attending(held_session):
    present, _absent = held_session.enrolments.all()
    lost = HalfDayFactory(session=held_session)
    AttendanceMark.objects.update(half_day=lost)
    half_days.cancel_half_day(half_day=lost, actor=None, reason="Neige")

    session_lifecycle.complete_session(session=held_session, actor=None)

    present.refresh_from_db()
    assert present.state == EnrolmentState.NO_SHOW


def test_a_completed_session_is_reopened_only_with_a_reason(held_session):
    session_lifecycle.complete_session(session=held_session, actor=None)

    with pytest.raises(DomainError) as refused:
        session_lifecycle.reopen_session(session=held_session, actor=None, reason="  ")
    assert refused.value.code == "reason_required"

    session_lifecycle.reopen_session(
        session=held_session, actor=None, reason="Heure d’arrivée oubliée"
    )
    states = set(held_session.enrolments.values_list("state", flat=True))
    assert states == {EnrolmentState.CONFIRMED}
    assert held_session.completed_at is None


def test_an_archived_session_stays_archived(held_session):
    session_lifecycle.complete_session(session=held_session, actor=None)
    session_lifecycle.archive_session(session=held_session, actor=None)

    with pytest.raises(TransitionRefused):
        session_lifecycle.reopen_session(session=held_session, actor=None, reason="Erreur")


def test_cancelling_tells_everybody_why():
    session = session_with_people(learners=2, state=SessionState.OPEN)

    session_lifecycle.cancel_session(session=session, actor=None, reason="Trop peu de personnes")

    assert session.state == SessionState.CANCELLED
    assert set(session.enrolments.values_list("state", flat=True)) == {EnrolmentState.CANCELLED}
    mails = Message.objects.filter(kind="session_cancelled")
    assert mails.count() == 2
    assert all("Trop peu de personnes" in opened(mail).body_text for mail in mails)


def test_a_half_day_that_was_held_is_not_cancelled(held_session):
    half_day = held_session.half_days.get()

    with pytest.raises(TransitionRefused):
        half_days.cancel_half_day(half_day=half_day, actor=None, reason="Neige")


def test_a_moved_half_day_points_to_its_new_date():
    session = session_with_people(learners=2)
    half_day = session.half_days.get()
    start = half_day.starts_at + dt.timedelta(days=7)
    exempted, expected = session.enrolments.order_by("pk")
    exempted.exceptions.create(half_day=half_day, expected=False, reason="Déjà formée")

    target = half_days.move_half_day(
        half_day=half_day,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=3, minutes=30),
        actor=None,
        reason="Neige",
    )

    half_day.refresh_from_db()
    assert (half_day.state, half_day.moved_to) == (HalfDayState.MOVED, target)
    assert target.assignments.get().trainer == half_day.assignments.get().trainer
    assert list(HalfDay.objects.counting().filter(session=session)) == [target]
    assert list(expected_enrolments(half_day=target)) == [expected]


def test_states_of_a_session_are_tied_to_their_dates_by_the_database():
    session = SessionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        type(session).objects.filter(pk=session.pk).update(state=SessionState.COMPLETED)
