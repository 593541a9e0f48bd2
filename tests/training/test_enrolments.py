"""Asking for a place, being accepted, leaving: the life of an enrolment."""

import datetime as dt
from functools import partial

import pytest

from django.utils import timezone

from core.enums import MessageState
from core.exceptions import DomainError, TransitionRefused
from core.models import JournalEntry, Message
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    LearnerFactory,
    SessionFactory,
    UserFactory,
)
from tests.mails import opened
from training.domain.enrolments import lifecycle as enrolment_lifecycle
from training.domain.enrolments import requests, seats, staff
from training.domain.enrolments.requests import EnrolmentRequest
from training.domain.sessions import lifecycle as session_lifecycle
from training.enums import Enrolling, EnrolmentState, SessionState
from training.exceptions import SessionFull
from training.models import Agreement, Enrolment, Learner

pytestmark = pytest.mark.django_db


def a_request(**values: str) -> EnrolmentRequest:
    given = {"first_name": "Inès", "last_name": "Caradec", "email": "ines@example.org"}
    return EnrolmentRequest(**{**given, **values})


#: A person whose address is known: what comes before is in `test_address_confirmations`.
ask = partial(requests.submit, address_is_confirmed=True)


@pytest.fixture
def session():
    session = SessionFactory(max_seats=2)
    HalfDayFactory(session=session)
    return session


def test_request_keeps_a_seat_and_drafts_an_agreement(session):
    outcome = ask(session=session, request=a_request())

    assert outcome.created
    assert outcome.enrolment.state == EnrolmentState.REQUESTED
    assert seats.count(session).free == 1
    assert outcome.enrolment.agreement.price == session.price
    assert outcome.enrolment.agreement.learner == outcome.enrolment.learner
    message = Message.objects.get()
    assert (message.kind, message.state) == ("enrolment_received", MessageState.QUEUED)
    assert "Gouvernance partagée" in opened(message).body_text


def test_company_that_pays_signs_the_agreement(session):
    outcome = ask(
        session=session, request=a_request(employer_name="Terres d’ici", employer_pays=True)
    )

    assert outcome.enrolment.agreement.company.name == "Terres d’ici"
    assert outcome.enrolment.employer == outcome.enrolment.agreement.company


def test_full_session_refuses_and_offers_the_waiting_list(session):
    EnrolmentFactory.create_batch(2, session=session)

    with pytest.raises(SessionFull) as refused:
        ask(session=session, request=a_request())

    assert refused.value.code == "session_full"
    assert not Learner.objects.filter(last_name="Caradec").exists()
    waiting = ask(session=session, request=a_request(), join_waiting_list=True)
    assert waiting.enrolment.state == EnrolmentState.WAITLISTED
    assert waiting.enrolment.waiting_rank == 1
    assert seats.count(session).free == 0


def test_a_seat_that_comes_free_goes_first_to_those_who_wait(session):
    first, _second = EnrolmentFactory.create_batch(2, session=session)
    ask(session=session, request=a_request(), join_waiting_list=True)
    enrolment_lifecycle.end(
        enrolment=first, to=EnrolmentState.CANCELLED, actor=None, reason="Empêchée"
    )

    counted = seats.count(session)
    assert (counted.free, counted.waiting, counted.open) == (1, 1, 0)
    with pytest.raises(SessionFull):
        ask(session=session, request=a_request(first_name="Paul"))


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
        ask(session=session, request=a_request())

    assert refused.value.code == code
    assert not Enrolment.objects.exists()
    assert not Agreement.objects.exists()


def test_asking_twice_makes_one_enrolment_and_says_so_by_mail(session):
    first = ask(session=session, request=a_request())
    second = ask(session=session, request=a_request(email=" INES@example.org "))

    assert not second.created
    assert second.enrolment == first.enrolment
    assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == [
        "enrolment_received",
        "enrolment_already_known",
    ]


def test_a_shared_address_does_not_make_two_people_one(session):
    ask(session=session, request=a_request())
    ask(session=session, request=a_request(first_name="Paul"))

    assert Learner.objects.count() == 2


def test_accept_then_confirm_writes_to_the_person_and_the_journal(session):
    office = UserFactory()
    enrolment = ask(session=session, request=a_request()).enrolment

    enrolment_lifecycle.accept(enrolment=enrolment, actor=office)
    enrolment_lifecycle.confirm(enrolment=enrolment, actor=office)

    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.CONFIRMED
    assert enrolment.confirmed_at is not None
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert {"enrolment_accepted", "enrolment_confirmed"} <= kinds
    moves = JournalEntry.objects.filter(object_type="enrolment", actor=office)
    assert list(moves.order_by("at").values_list("from_state", "to_state")) == [
        ("requested", "accepted"),
        ("accepted", "confirmed"),
    ]


def test_a_request_cannot_be_confirmed_before_it_is_accepted(session):
    enrolment = EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)

    with pytest.raises(TransitionRefused, match="Demandée"):
        enrolment_lifecycle.confirm(enrolment=enrolment, actor=None)

    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.REQUESTED


def test_a_seat_without_a_name_is_not_confirmed(session):
    seat = EnrolmentFactory(session=session, learner=None, state=EnrolmentState.ACCEPTED)

    with pytest.raises(DomainError) as refused:
        enrolment_lifecycle.confirm(enrolment=seat, actor=None)

    assert refused.value.code == "seat_without_name"
    staff.name_seat(enrolment=seat, learner=LearnerFactory(), actor=None)
    enrolment_lifecycle.confirm(enrolment=seat, actor=None)
    assert seat.state == EnrolmentState.CONFIRMED


def test_replacing_a_person_keeps_the_seat(session):
    enrolment = EnrolmentFactory(session=session)
    EnrolmentFactory(session=session)
    newcomer = LearnerFactory()

    staff.name_seat(enrolment=enrolment, learner=newcomer, actor=None)

    assert enrolment.learner == newcomer
    assert enrolment.replaces is not None
    assert seats.count(session).free == 0


def test_an_ended_enrolment_goes_back_to_the_state_it_left(session):
    enrolment = EnrolmentFactory(session=session, state=EnrolmentState.ACCEPTED)
    enrolment_lifecycle.end(
        enrolment=enrolment, to=EnrolmentState.CANCELLED, actor=None, reason="Empêchement"
    )
    assert seats.count(session).free == 2

    enrolment_lifecycle.restore(enrolment=enrolment, actor=None, reason="Revenue")

    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.ACCEPTED
    assert (enrolment.ended_on, enrolment.end_reason) == (None, "")


def test_restoring_needs_a_free_seat(session):
    enrolment = EnrolmentFactory(session=session, state=EnrolmentState.CANCELLED)
    EnrolmentFactory.create_batch(2, session=session)

    with pytest.raises(SessionFull):
        enrolment_lifecycle.restore(enrolment=enrolment, actor=None, reason="Revenue")


def test_nobody_comes_back_to_a_session_that_is_over(session):
    enrolment = EnrolmentFactory(session=session, state=EnrolmentState.CANCELLED)
    session_lifecycle.cancel_session(session=session, actor=None, reason="Trop peu de personnes")

    with pytest.raises(DomainError) as refused:
        enrolment_lifecycle.restore(enrolment=enrolment, actor=None, reason="Revenue")
    assert refused.value.code == "session_over"


def test_an_enrolment_goes_back_to_the_state_that_it_left_not_to_the_one_on_the_screen(session):
    shown = EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)
    enrolment_lifecycle.accept(enrolment=Enrolment.objects.get(pk=shown.pk), actor=None)

    enrolment_lifecycle.end(
        enrolment=shown, to=EnrolmentState.CANCELLED, actor=None, reason="Empêchement"
    )

    assert Enrolment.objects.get(pk=shown.pk).state_before_end == EnrolmentState.ACCEPTED


def test_a_place_is_offered_only_when_one_is_free(session):
    first, _second = EnrolmentFactory.create_batch(2, session=session)
    waiting = EnrolmentFactory(session=session, state=EnrolmentState.WAITLISTED)

    with pytest.raises(SessionFull):
        enrolment_lifecycle.offer_place(enrolment=waiting, actor=None)

    enrolment_lifecycle.end(
        enrolment=first, to=EnrolmentState.CANCELLED, actor=None, reason="Empêchement"
    )
    enrolment_lifecycle.offer_place(enrolment=waiting, actor=None)
    assert waiting.state == EnrolmentState.OFFERED
    assert seats.count(session).free == 0


def test_a_drop_out_keeps_its_seat_once_the_session_has_begun(session):
    started = SessionFactory(max_seats=1, state=SessionState.CONFIRMED)
    HalfDayFactory(session=started, day=timezone.localdate() - dt.timedelta(days=2))
    EnrolmentFactory(session=started, state=EnrolmentState.DROPPED_OUT)
    EnrolmentFactory(session=session, state=EnrolmentState.DROPPED_OUT)

    assert seats.count(started).free == 0
    assert seats.count(session).free == 2


def test_import_may_go_over_the_capacity_and_the_journal_keeps_by_how_many(session):
    EnrolmentFactory.create_batch(2, session=session)
    agreement = EnrolmentFactory(session=session, state=EnrolmentState.CANCELLED).agreement

    added = staff.add(
        session=session,
        learner=LearnerFactory(),
        agreement=agreement,
        actor=None,
        state=EnrolmentState.CONFIRMED,
        allow_over_capacity=True,
    )

    entry = JournalEntry.objects.get(verb="enrolment.added", object_id=str(added.pk))
    assert entry.details.data == {"over_capacity_by": 1}
