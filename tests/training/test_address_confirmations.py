"""A public request holds nothing until a person who reads its address says that it is theirs."""

import datetime as dt

import pytest
import time_machine

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.exceptions import DomainError
from core.models import JournalEntry, Message
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    LearnerFactory,
    SessionFactory,
    UserFactory,
)
from tests.requests_confirmed import confirm_request, confirmation_url
from training.domain.enrolments import address_confirmations, requests, seats, staff
from training.domain.enrolments.requests import EnrolmentRequest
from training.enums import EnrolmentState
from training.models import Adaptation, AddressConfirmation, Agreement, Company, Enrolment, Learner

pytestmark = pytest.mark.django_db
EMAIL = "ines@example.org"
FORM = {
    "first_name": "Inès",
    "last_name": "Caradec",
    "email": EMAIL,
    "trainee_type": "employee",
    "payer": "employer",
    "employer_name": "Terres d’ici",
}


def a_request(**values):
    given = {"first_name": "Inès", "last_name": "Caradec", "email": EMAIL}
    return EnrolmentRequest(**{**given, **values})


@pytest.fixture
def session():
    session = SessionFactory(max_seats=2)
    HalfDayFactory(session=session)
    return session


@pytest.fixture
def asked(session):
    """A request that wrote everything a request may write."""
    request = a_request(
        employer_name="Terres d’ici", employer_pays=True, adaptation="Être près de l’écran."
    )
    return requests.submit(session=session, request=request).enrolment


def test_a_request_takes_no_seat_and_waits_in_no_list(session, asked):
    counted = seats.count(session)
    assert asked.state == EnrolmentState.UNCONFIRMED
    assert (counted.free, counted.waiting, counted.open) == (2, 0, 2)
    assert not Enrolment.objects.live().exists()
    assert list(Message.objects.values_list("kind", flat=True)) == ["enrolment_to_confirm"]


def test_invented_addresses_leave_the_seats_to_people(session):
    for rank in range(10):
        requests.submit(session=session, request=a_request(email=f"inventee{rank}@example.org"))
    assert seats.count(session).open == 2


def test_opening_the_link_confirms_nothing_and_its_button_does(session, asked):
    """Programs that read mails open every link."""
    url = confirmation_url(EMAIL)
    assert "Confirmer ma demande" in Client().get(url).content.decode()
    assert Client().head(url).status_code == 200
    asked.refresh_from_db()
    assert asked.state == EnrolmentState.UNCONFIRMED
    assert Client().post(url).url.endswith("?confirmee")
    assert Client().post(url).url.endswith("?confirmee"), "pressed twice, confirmed once"
    asked.refresh_from_db()
    assert asked.state == EnrolmentState.REQUESTED
    assert seats.count(session).free == 1
    assert Message.objects.filter(kind="enrolment_received").count() == 1
    line = JournalEntry.objects.get(verb="enrolment.address_confirmed")
    assert (line.from_state, line.to_state) == ("unconfirmed", "requested")


def test_the_seat_is_given_at_the_moment_of_the_confirmation(session, asked):
    EnrolmentFactory.create_batch(2, session=session)
    assert confirm_request(EMAIL).url.endswith("?liste-attente")
    asked.refresh_from_db()
    assert (asked.state, asked.waiting_rank) == (EnrolmentState.WAITLISTED, 1)


def test_a_link_that_is_wrong_or_out_of_date_does_not_exist(asked):
    url = confirmation_url(EMAIL)
    assert Client().get("/inscription/confirmer/autre-chose/").status_code == 404
    with time_machine.travel(timezone.now() + dt.timedelta(hours=49)):
        assert Client().get(url).status_code == 404
        assert Client().post(url).status_code == 404


def test_a_session_that_closed_meanwhile_says_so(session, asked):
    session.half_days.update(starts_at=timezone.now() - dt.timedelta(hours=1))
    response = confirm_request(EMAIL)
    assert response.status_code == 409
    assert "a déjà commencé" in response.content.decode()


def test_a_person_enrolled_by_the_office_meanwhile_has_one_enrolment(session, asked):
    staff.add(
        session=session, learner=asked.learner, agreement=asked.agreement, actor=UserFactory()
    )
    response = confirm_request(EMAIL)
    assert response.status_code == 409
    assert "déjà une inscription en cours" in response.content.decode()


def test_the_same_request_again_sends_another_link_once_an_hour(session, asked):
    first = confirmation_url(EMAIL)
    requests.submit(session=session, request=a_request())
    assert Message.objects.count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1, minutes=1)):
        requests.submit(session=session, request=a_request())
        second = confirmation_url(EMAIL)
        assert second != first
        assert Client().get(first).status_code == 404
        assert Client().get(second).status_code == 200
    assert Enrolment.objects.count() == 1


def test_what_nobody_confirms_is_erased_with_all_that_it_wrote(asked):
    now = timezone.now()
    assert address_confirmations.erase_expired(at=now + dt.timedelta(hours=47)) == 0
    assert address_confirmations.erase_expired(at=now + dt.timedelta(hours=49)) == 1
    for model in (Enrolment, Learner, Agreement, Company, Adaptation, Message, AddressConfirmation):
        assert not model.objects.exists(), model.__name__
    assert JournalEntry.objects.filter(verb="enrolment.erased").count() == 1


def test_a_known_person_stays_when_their_request_is_erased(session):
    known = LearnerFactory(first_name="Inès", last_name="Caradec", email=EMAIL)
    requests.submit(session=session, request=a_request())
    later = timezone.now() + dt.timedelta(hours=49)
    assert address_confirmations.erase_expired(at=later) == 1
    assert list(Learner.objects.all()) == [known]


def test_a_confirmed_request_is_never_erased(asked):
    confirm_request(EMAIL)
    later = timezone.now() + dt.timedelta(hours=49)
    assert address_confirmations.erase_expired(at=later) == 0
    assert Enrolment.objects.get().state == EnrolmentState.REQUESTED
    assert not AddressConfirmation.objects.exists()


def test_who_is_logged_in_with_an_address_that_they_read_is_confirmed_at_once(session):
    client, user = Client(), UserFactory(email=EMAIL)
    url = reverse("portal:enrol", args=[session.code])
    client.force_login(user)
    assert "?" not in client.post(url, FORM).url, "a password alone proves no address"
    user.emailaddress_set.create(email=EMAIL, verified=True)
    assert client.post(url, FORM).url.endswith("?confirmee")
    assert Enrolment.objects.get().state == EnrolmentState.REQUESTED
    other = FORM | {"email": "autre@example.org"}
    assert "?" not in client.post(url, other).url


def test_the_office_sees_it_apart_and_confirms_by_hand(office, session, asked):
    page = office.get(reverse("sessions:enrolments", args=[session.pk])).content.decode()
    assert "ne tiennent aucune place" in page
    lists = {
        name: office.get(reverse(f"{name}:index")).content.decode()
        for name in ("enrolments", "learners")
    }
    assert not [name for name, text in lists.items() if "Caradec" in text]
    apart = office.get(reverse("enrolments:index"), {"state": "unconfirmed"}).content.decode()
    assert "Caradec" in apart
    response = office.post(reverse("enrolments:confirm_address", args=[asked.pk]))
    assert response.status_code == 302
    asked.refresh_from_db()
    assert asked.state == EnrolmentState.REQUESTED
    assert "Caradec" in office.get(reverse("learners:index")).content.decode()


def test_by_hand_what_is_confirmed_already_is_refused(asked):
    address_confirmations.confirm_by_hand(enrolment=asked, actor=UserFactory())
    with pytest.raises(DomainError):
        address_confirmations.confirm_by_hand(enrolment=asked, actor=UserFactory())
