"""Many people at once for the last seats: real threads, a real database, the real form."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from django.db import connections
from django.test import Client
from django.urls import reverse

from core.models import Message
from tests.factories import EnrolmentFactory, HalfDayFactory, SessionFactory
from tests.requests_confirmed import confirm_request
from training.domain.enrolments import seats
from training.enums import EnrolmentState, TraineeType
from training.models import Agreement, Enrolment

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
PEOPLE = 40
SEATS = 5


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What `act(0)` … `act(count - 1)` give, all started at the same instant."""
    start = threading.Barrier(count)

    def run(rank: int) -> Any:
        start.wait()
        try:
            return act(rank)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def ask(session, rank, *, key=None, **more):
    """A person whose name is their rank sends the form."""
    letters = f"{chr(97 + rank // 26)}{chr(97 + rank % 26)}"
    return Client(REMOTE_ADDR=f"192.0.2.{rank}").post(
        reverse("portal:enrol", args=[session.code]),
        {
            "first_name": "Camille",
            "last_name": f"Essai {letters}",
            "email": f"{letters}@example.org",
            "trainee_type": TraineeType.EMPLOYEE,
            "payer": "employer",
            "employer_name": f"Structure {letters}",
            "key": str(key or uuid.uuid4()),
            **more,
        },
    )


@pytest.fixture
def session(db):
    """Twelve seats, of which five are left."""
    session = SessionFactory(max_seats=12)
    HalfDayFactory(session=session)
    EnrolmentFactory.create_batch(12 - SEATS, session=session)
    return session


def confirm(rank):
    """The same person follows the link of their mail."""
    letters = f"{chr(97 + rank // 26)}{chr(97 + rank % 26)}"
    return confirm_request(f"{letters}@example.org")


def test_forty_requests_at_once_hold_nothing_before_their_address_is_confirmed(session):
    statuses = at_once(PEOPLE, lambda rank: ask(session, rank).status_code)
    assert Counter(statuses) == {302: PEOPLE}
    assert seats.count(session).open == SEATS
    assert Enrolment.objects.filter(state=EnrolmentState.UNCONFIRMED).count() == PEOPLE


def test_forty_people_who_confirm_at_once_get_exactly_the_five_seats_left(session):
    for rank in range(PEOPLE):
        ask(session, rank)
    urls = Counter(at_once(PEOPLE, lambda rank: confirm(rank).url.partition("?")[2]))
    assert urls == {"confirmee": SEATS, "liste-attente": PEOPLE - SEATS}
    assert seats.count(session).free == 0
    given = Enrolment.objects.filter(session=session, state=EnrolmentState.REQUESTED)
    assert given.count() == SEATS
    # The others wait, each at a rank of their own, and references follow each other.
    waiting = Enrolment.objects.filter(state=EnrolmentState.WAITLISTED)
    ranks = waiting.values_list("waiting_rank", flat=True)
    assert sorted(ranks) == list(range(1, PEOPLE - SEATS + 1))
    assert Message.objects.filter(kind="enrolment_received").count() == SEATS
    references = Agreement.objects.filter(enrolments__in=given).values_list("reference", flat=True)
    assert len(set(references)) == SEATS


def test_one_form_sent_eight_times_at_once_makes_one_enrolment(session):
    key = uuid.uuid4()
    statuses = at_once(8, lambda _rank: ask(session, 0, key=key).status_code)
    assert set(statuses) == {302}
    assert Message.objects.filter(kind="enrolment_to_confirm").count() == 1
    assert {answer.status_code for answer in at_once(8, lambda _rank: confirm(0))} == {302}
    assert seats.count(session).free == SEATS - 1
    assert Message.objects.filter(kind="enrolment_received").count() == 1
    assert not Message.objects.filter(kind="enrolment_already_known").exists()
