"""Asking for a place, being accepted, leaving: the life of an enrolment."""

import datetime as dt

import pytest

from django.utils import timezone

from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    LearnerFactory,
    SessionFactory,
    UserFactory,
)
from training.domain import enrolments, requests, seats, sessions
from training.domain.requests import EnrolmentRequest
from training.enums import Enrolling, EnrolmentState, MessageState, SessionState
from training.exceptions import DomainError, SessionFull, TransitionRefused
from training.models import Agreement, Enrolment, JournalEntry, Learner, Message

pytestmark = pytest.mark.django_db


def a_request(**values: str) -> EnrolmentRequest:
    given = {"first_name": "Inès", "last_name": "Caradec", "email": "ines@example.org"}
    return EnrolmentRequest(**{**given, **values})


@pytest.fixture
def session():
    session = SessionFactory(max_seats=2)
    HalfDayFactory(session=session)
    return session


def test_request_keeps_a_seat_and_drafts_an_agreement(session):
    outcome = requests.submit(session=session, request=a_request())

    assert outcome.created
    assert outcome.enrolment.state == EnrolmentState.REQUESTED
    assert seats.left(session) == 1
    assert outcome.enrolment.agreement.price == session.price
    assert outcome.enrolment.agreement.learner == outcome.enrolment.learner
    message = Message.objects.get()
    assert (message.kind, message.state) == ("enrolment_received", MessageState.QUEUED)
    assert "Gouvernance partagée" in message.body_text


def test_company_that_pays_signs_the_agreement(session):
    outcome = requests.submit(
        session=session, request=a_request(employer_name="Terres d’ici", employer_pays=True)
    )

    assert outcome.enrolment.agreement.company.name == "Terres d’ici"
    assert outcome.enrolment.employer == outcome.enrolment.agreement.company


def test_full_session_refuses_and_offers_the_waiting_list(session):
    EnrolmentFactory.create_batch(2, session=session)

    with pytest.raises(SessionFull) as refused:
        requests.submit(session=session, request=a_request())

    assert refused.value.code == "session_full"
    assert not Learner.objects.filter(last_name="Caradec").exists()
    waiting = requests.submit(session=session, request=a_request(), join_waiting_list=True)
    assert waiting.enrolment.state == EnrolmentState.WAITLISTED
    assert waiting.enrolment.waiting_rank == 1
    assert seats.left(session) == 0


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"state": SessionState.DRAFT}, "session_closed"),
        ({"state": SessionState.CANCELLED}, "session_closed"),
        ({"enrolling": Enrolling.INVITATION}, "session_by_invitation"),
    ],
)
def test_request_is_refused_when_the_session_takes_none(values, code):
    session = SessionFactory(**values)

    with pytest.raises(DomainError) as refused:
        requests.submit(session=session, request=a_request())

    assert refused.value.code == code
    assert not Enrolment.objects.exists()
    assert not Agreement.objects.exists()


def test_asking_twice_makes_one_enrolment_and_says_so_by_mail(session):
    first = requests.submit(session=session, request=a_request())
    second = requests.submit(session=session, request=a_request(email=" INES@example.org "))

    assert not second.created
    assert second.enrolment == first.enrolment
    assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == [
        "enrolment_received",
        "enrolment_already_known",
    ]


def test_a_shared_address_does_not_make_two_people_one(session):
    requests.submit(session=session, request=a_request())
    requests.submit(session=session, request=a_request(first_name="Paul"))

    assert Learner.objects.count() == 2


def test_accept_then_confirm_writes_to_the_person_and_the_journal(session):
    office = UserFactory()
    enrolment = requests.submit(session=session, request=a_request()).enrolment

    enrolments.accept(enrolment=enrolment, actor=office)
    enrolments.confirm(enrolment=enrolment, actor=office)

    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.CONFIRMED
    assert enrolment.confirmed_at is not None
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert {"enrolment_accepted", "enrolment_confirmed"} <= kinds
    moves = JournalEntry.objects.filter(object_type="training.enrolment", actor=office)
    assert list(moves.order_by("at").values_list("from_state", "to_state")) == [
        ("requested", "accepted"),
        ("accepted", "confirmed"),
    ]


def test_a_request_cannot_be_confirmed_before_it_is_accepted(session):
    enrolment = EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)

    with pytest.raises(TransitionRefused, match="Demandée"):
        enrolments.confirm(enrolment=enrolment, actor=None)

    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.REQUESTED


def test_a_seat_without_a_name_is_not_confirmed(session):
    seat = EnrolmentFactory(session=session, learner=None, state=EnrolmentState.ACCEPTED)

    with pytest.raises(DomainError) as refused:
        enrolments.confirm(enrolment=seat, actor=None)

    assert refused.value.code == "seat_without_name"
    enrolments.name_seat(enrolment=seat, learner=LearnerFactory(), actor=None)
    enrolments.confirm(enrolment=seat, actor=None)
    assert seat.state == EnrolmentState.CONFIRMED


def test_replacing_a_person_keeps_the_seat(session):
    enrolment = EnrolmentFactory(session=session)
    EnrolmentFactory(session=session)
    newcomer = LearnerFactory()

    enrolments.name_seat(enrolment=enrolment, learner=newcomer, actor=None)

    assert enrolment.learner == newcomer
    assert enrolment.replaces is not None
    assert seats.left(session) == 0


def test_an_ended_enrolment_goes_back_to_the_state_it_left(session):
    enrolment = EnrolmentFactory(session=session, state=EnrolmentState.ACCEPTED)
    enrolments.end(
        enrolment=enrolment, to=EnrolmentState.CANCELLED, actor=None, reason="Empêchement"
    )
    assert seats.left(session) == 2

    enrolments.restore(enrolment=enrolment, actor=None, reason="Revenue")

    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.ACCEPTED
    assert (enrolment.ended_on, enrolment.end_reason) == (None, "")


def test_restoring_needs_a_free_seat(session):
    enrolment = EnrolmentFactory(session=session, state=EnrolmentState.CANCELLED)
    EnrolmentFactory.create_batch(2, session=session)

    with pytest.raises(SessionFull):
        enrolments.restore(enrolment=enrolment, actor=None, reason="Revenue")


def test_nobody_comes_back_to_a_session_that_is_over(session):
    enrolment = EnrolmentFactory(session=session, state=EnrolmentState.CANCELLED)
    sessions.cancel_session(session=session, actor=None, reason="Trop peu de personnes")

    with pytest.raises(DomainError) as refused:
        enrolments.restore(enrolment=enrolment, actor=None, reason="Revenue")
    assert refused.value.code == "session_over"


def test_an_enrolment_goes_back_to_the_state_that_it_left_not_to_the_one_on_the_screen(session):
    shown = EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)
    enrolments.accept(enrolment=Enrolment.objects.get(pk=shown.pk), actor=None)

    enrolments.end(enrolment=shown, to=EnrolmentState.CANCELLED, actor=None, reason="Empêchement")

    assert Enrolment.objects.get(pk=shown.pk).state_before_end == EnrolmentState.ACCEPTED


def test_a_place_is_offered_only_when_one_is_free(session):
    first, _second = EnrolmentFactory.create_batch(2, session=session)
    waiting = EnrolmentFactory(session=session, state=EnrolmentState.WAITLISTED)

    with pytest.raises(SessionFull):
        enrolments.offer_place(enrolment=waiting, actor=None)

    enrolments.end(enrolment=first, to=EnrolmentState.CANCELLED, actor=None, reason="Empêchement")
    enrolments.offer_place(enrolment=waiting, actor=None)
    assert waiting.state == EnrolmentState.OFFERED
    assert seats.left(session) == 0


def test_a_drop_out_keeps_its_seat_once_the_session_has_begun(session):
    started = SessionFactory(max_seats=1, state=SessionState.CONFIRMED)
    HalfDayFactory(session=started, day=timezone.localdate() - dt.timedelta(days=2))
    EnrolmentFactory(session=started, state=EnrolmentState.DROPPED_OUT)
    EnrolmentFactory(session=session, state=EnrolmentState.DROPPED_OUT)

    assert seats.left(started) == 0
    assert seats.left(session) == 2


def test_import_may_go_over_the_capacity_and_the_journal_keeps_by_how_many(session):
    EnrolmentFactory.create_batch(2, session=session)
    agreement = EnrolmentFactory(session=session, state=EnrolmentState.CANCELLED).agreement

    added = enrolments.add(
        session=session,
        learner=LearnerFactory(),
        agreement=agreement,
        actor=None,
        state=EnrolmentState.CONFIRMED,
        allow_over_capacity=True,
    )

    entry = JournalEntry.objects.get(verb="enrolment.added", object_id=str(added.pk))
    assert entry.details.data == {"over_capacity_by": 1}
