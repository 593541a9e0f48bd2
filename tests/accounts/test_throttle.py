"""Counters that no two requests share, limits that shut nobody out."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine

from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import throttle
from accounts.models import AttemptCounter
from accounts.slow_logins import GUESSES, MAILS
from tests.accounts.test_login import ask_code, code_in
from tests.factories import PASSWORD, UserFactory
from tests.threads import at_once

NOW = dt.datetime(2027, 1, 14, 9, 5, tzinfo=dt.UTC)


def request(address="192.0.2.1"):
    return RequestFactory().get("/", REMOTE_ADDR=address)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.mark.concurrency
@pytest.mark.usefixtures("clock")
@pytest.mark.django_db(transaction=True)
def test_of_forty_requests_at_once_exactly_thirty_pass():
    passed = at_once([lambda: throttle.take(request(), action="enrol", limit=30)] * 40)
    assert passed.count(True) == 30
    assert passed.count(False) == 10
    assert AttemptCounter.objects.get().used == 30


@pytest.mark.concurrency
@pytest.mark.usefixtures("clock")
@pytest.mark.django_db(transaction=True)
def test_past_the_limit_of_many_at_once_exactly_one_has_its_turn():
    throttle.attempt(request(), action="code", limit=1)
    attempts = at_once([lambda: throttle.attempt(request(), action="code", limit=1)] * 12)
    assert sorted(attempt.wait for attempt in attempts)[:2] == [0, throttle.PACE]


@pytest.mark.django_db
def test_windows_follow_each_other_and_are_forgotten(clock):
    assert throttle.take(request(), action="enrol", limit=1)
    assert not throttle.take(request(), action="enrol", limit=1)
    assert throttle.take(request("192.0.2.2"), action="enrol", limit=1)
    assert throttle.take(request(), action="other", limit=1)
    clock.shift(dt.timedelta(hours=1))
    assert throttle.take(request(), action="enrol", limit=1)
    assert throttle.forget_old(at=timezone.now()) == 0
    clock.shift(dt.timedelta(hours=2, seconds=1))
    assert throttle.forget_old(at=timezone.now()) == 4


@pytest.mark.django_db
def test_an_address_cannot_be_read_from_its_counter():
    throttle.take(request(), action="enrol", limit=1)
    assert "192.0.2.1" not in str(AttemptCounter.objects.values().get())


# --- Logging in ----------------------------------------------------------------------------------


def behind(address):
    return Client(headers={"X-Forwarded-For": address})


def log_in(client, user, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def fail(client):
    """The guesser tries one account after the other: each has its own limit."""
    client.post(
        reverse("account_login"),
        {"login": f"x{AttemptCounter.objects.count()}@example.org", "password": "faux"},
    )


@pytest.fixture
def guesser(settings, db):
    """Who failed ten times, behind the proxy."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = behind("192.0.2.1")
    for _try in range(GUESSES.limit):
        fail(client)
    return client


def test_an_honest_person_elsewhere_logs_in_at_once(guesser):
    assert log_in(behind("192.0.2.2"), UserFactory()).status_code == 302


def test_an_honest_person_at_the_same_address_logs_in_within_five_seconds(clock, guesser):
    user, honest = UserFactory(), behind("192.0.2.1")
    fail(guesser)  # the first in the queue
    waits = log_in(honest, user)
    assert (waits.status_code, waits["Retry-After"]) == (429, "3")
    page = waits.content.decode()
    assert 'data-retry-after="3"' in page
    assert PASSWORD not in page
    clock.shift(3)
    # What the page sends again by itself.
    response = honest.post(reverse("account_login"), waits.context["values"])
    assert response.url == reverse("portal:home")


def test_a_sealed_password_is_worth_nothing_later_nor_changed(clock, guesser):
    user, honest = UserFactory(), behind("192.0.2.1")
    fail(guesser)
    values = log_in(honest, user).context["values"]
    clock.shift(300)
    late = behind("192.0.2.3").post(reverse("account_login"), values)
    assert late.status_code == 200
    forged = values | {"sealed_password": "x" * 100}
    assert behind("192.0.2.3").post(reverse("account_login"), forged).status_code == 200


@pytest.mark.usefixtures("clock")
@pytest.mark.django_db
def test_a_class_of_twenty_five_logs_in_by_code_within_a_minute():
    for rank in range(25):
        user, client = UserFactory(), Client()  # all behind the one address of the room
        ask_code(client, user.email)
        response = client.post(
            reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[rank])}
        )
        assert response.url == reverse("portal:home")


@pytest.mark.usefixtures("clock")
@pytest.mark.django_db
def test_wrong_codes_count_and_right_ones_do_not():
    client = Client()
    ask_code(client, UserFactory().email)
    for _try in range(2):
        client.post(reverse("account_confirm_login_code"), {"code": "ZZZZZZ"})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])})
    assert sorted(AttemptCounter.objects.values_list("used", flat=True)) == [1, 2]


@pytest.mark.usefixtures("clock")
@pytest.mark.django_db
def test_mails_that_are_asked_for_in_number_leave_in_turn(monkeypatch):
    """Whether the account exists or not: the page must not say it."""
    few = replace(MAILS, limit=2)
    monkeypatch.setattr("accounts.slow_logins.LIMITS", {"account_request_login_code": few})
    known, unknown = UserFactory().email, "inconnue@example.org"
    statuses = [ask_code(Client(), email).status_code for email in (known, unknown, known, known)]
    assert statuses == [200, 200, 200, 429]
    assert len(mail.outbox) == 3
