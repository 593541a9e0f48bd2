"""A password alone, or a code by mail alone, never opens the back office outside DEMO."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import second_factor
from core.registry import Role
from tests.certificates.sessions import issued_document
from tests.factories import (
    PASSWORD,
    EnrolmentFactory,
    HalfDayFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
ADMIN = "/gestion/"


@pytest.fixture(autouse=True)
def _codes_do_not_change():
    """A code of an application is worth thirty seconds: on a busy machine a test may take more."""
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        yield


@pytest.fixture
def member(db):
    return UserFactory(email="bureau@example.org", roles=[Role.OFFICE])


def with_totp(user):
    TOTP.activate(user, SECRET)
    return user


def totp_code():
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def code_by_mail():
    return re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", mail.outbox[-1].body, re.MULTILINE)[1]


def log_in_by_password(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def log_in_by_code(client, user):
    client.post(reverse("account_request_login_code"), {"email": user.email})
    return client.post(reverse("account_confirm_login_code"), {"code": code_by_mail()})


def test_a_password_alone_does_not_even_log_in_a_member_of_staff(member):
    client = Client()
    assert log_in_by_password(client, member).url == reverse("account_confirm_login_code")
    assert mail.outbox[-1].to == [member.email]
    assert client.get(ADMIN).url == f"{reverse('account_login')}?next={ADMIN}"


def test_a_password_and_a_code_by_mail_lead_to_adding_a_second_factor(member):
    client = Client()
    log_in_by_password(client, member)
    client.post(reverse("account_confirm_login_code"), {"code": code_by_mail()})
    response = client.get(ADMIN)
    assert response.url == reverse("mfa_index")
    assert "ajoutez une seconde protection" in client.get(response.url).content.decode()


def test_a_code_by_mail_alone_adds_no_second_factor(member):
    client = Client()
    log_in_by_code(client, member)
    assert client.get(ADMIN).url == reverse("mfa_index")
    for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn"):
        asked = client.get(reverse(name))
        assert asked.url.startswith(reverse("account_reauthenticate")), name
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 302
    # With the password on top, the session may.
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_an_account_without_a_password_chooses_one_before_its_first_factor():
    member = UserFactory(email="nouvelle@example.org", roles=[Role.OFFICE])
    member.set_unusable_password()
    member.save()
    client = Client()
    log_in_by_code(client, member)
    assert client.get(reverse("mfa_index")).url == reverse("account_set_password")
    words = "quatre chevaux broutent dehors"
    client.post(reverse("account_set_password"), {"password1": words, "password2": words})
    client.post(reverse("account_login"), {"login": member.email, "password": words})
    client.post(reverse("account_confirm_login_code"), {"code": code_by_mail()})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_session_that_showed_neither_password_nor_code_adds_no_second_factor(member):
    """For example one opened before its owner joined the staff."""
    client = Client()
    client.force_login(member)
    assert client.get(reverse("mfa_index")).url == reverse("account_logout")


def test_a_code_that_added_the_application_does_not_open_a_second_session(member):
    client = Client()
    log_in_by_password(client, member)
    client.post(reverse("account_confirm_login_code"), {"code": code_by_mail()})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    other = Client()
    log_in_by_password(other, member)
    response = other.post(reverse("mfa_authenticate"), {"code": code})
    assert "Ce code n’est pas le bon." in response.content.decode()
    assert other.get(ADMIN).status_code == 302


def test_a_right_outside_the_back_office_asks_for_the_factor_too(member, trainer):
    session = SessionFactory()
    half_day = HalfDayFactory(session=session)
    document = issued_document(EnrolmentFactory(session=session))
    pages = [
        reverse("certificates:download", args=[document.uuid]),
        reverse("certificates:blank-sheet", args=[half_day.pk]),
    ]
    client = Client()
    client.force_login(member)
    for page in pages:
        assert client.get(page).url == reverse("mfa_index"), "no factor: to be added"
        # Others learn nothing of what exists.
        assert trainer.get(page).status_code == 404
    with_totp(member)
    for page in pages:
        assert client.get(page).url.startswith(reverse("mfa_reauthenticate")), "to be shown"
    client.post(reverse("mfa_reauthenticate"), {"code": totp_code()})
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200
        b"".join(response)  # to the end, where the file is closed


def test_a_session_of_staff_ends_after_twelve_hours_without_a_page(office):
    with time_machine.travel(dt.datetime(2027, 1, 4, 8, tzinfo=dt.UTC), tick=False) as clock:
        office.force_login(office.user)
        session = office.session
        session[second_factor.SESSION_KEY] = office.user.pk
        session.save()
        for _page in range(3):
            clock.shift(dt.timedelta(hours=11, minutes=50))
            assert office.get(ADMIN).status_code == 200
        # A page left open asks by itself: nobody is there.
        clock.shift(dt.timedelta(hours=6))
        office.get(ADMIN, headers={"HX-Request": "true"})
        clock.shift(dt.timedelta(hours=6))
        assert office.get(reverse("portal:home")).url == reverse("account_login")
        assert office.get(ADMIN).url.startswith(reverse("account_login"))


def test_a_learner_is_not_logged_out_after_twelve_hours(learner):
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=3)):
        assert learner.get(reverse("portal:home")).status_code == 200


@pytest.mark.parametrize("path", ["sessions/", "account/", "training/learner/", "api/main/pages/"])
def test_every_page_of_the_back_office_is_held(member, path):
    client = Client()
    client.force_login(member)
    assert client.get(ADMIN + path).url == reverse("mfa_index")
    assert client.post(ADMIN + path).url == reverse("mfa_index")


def test_adding_an_application_of_codes_opens_the_back_office(member):
    client = Client()
    log_in_by_password(client, member)
    client.post(reverse("account_confirm_login_code"), {"code": code_by_mail()})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    response = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert response.url == reverse("mfa_view_recovery_codes")
    assert mail.outbox[-1].subject == "Une application de codes protège votre compte"
    assert client.get(ADMIN).status_code == 200


def test_password_then_code_of_the_application_opens(member):
    client = Client()
    response = log_in_by_password(client, with_totp(member))
    assert response.url == reverse("mfa_authenticate")
    assert client.get(ADMIN).status_code == 302
    response = client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    assert response.url == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_a_code_by_mail_does_not_replace_the_application(member):
    client = Client()
    response = log_in_by_code(client, with_totp(member))
    assert response.url == reverse("mfa_authenticate")
    assert client.get(ADMIN).status_code == 302


def test_a_wrong_code_of_the_application_opens_nothing(member):
    client = Client()
    log_in_by_password(client, with_totp(member))
    response = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Ce code n’est pas le bon." in response.content.decode()
    assert client.get(ADMIN).status_code == 302


def test_a_session_older_than_the_factor_must_show_it(member):
    """A person who stole the password logged in before the factor was added elsewhere."""
    thief = Client()
    thief.force_login(member)
    with_totp(member)
    response = thief.get(f"{ADMIN}sessions/")
    assert response.url.startswith(reverse("mfa_reauthenticate"))
    assert thief.get(reverse("mfa_add_webauthn")).url.startswith(reverse("mfa_reauthenticate"))
    assert thief.post(reverse("mfa_activate_totp")).url.startswith(reverse("mfa_reauthenticate"))
    thief.post(response.url, {"code": "000000"})
    assert thief.get(ADMIN).status_code == 302
    thief.post(response.url, {"code": totp_code()})
    assert thief.get(ADMIN).status_code == 200


def test_whoever_has_only_a_passkey_is_asked_for_it(member):
    Authenticator.objects.create(
        user=member, type=Authenticator.Type.WEBAUTHN, data={"name": "Clé 1", "credential": {}}
    )
    client = Client()
    client.force_login(member)
    assert client.get(ADMIN).url.startswith(reverse("mfa_reauthenticate_webauthn"))


def test_recovery_codes_alone_are_no_second_factor(member):
    Authenticator.objects.create(
        user=member, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )
    client = Client()
    client.force_login(member)
    assert client.get(ADMIN).url == reverse("mfa_index")


def test_the_demonstration_lets_staff_in_with_their_password(member, settings):
    settings.DEMO = True
    client = Client()
    assert log_in_by_password(client, member).url == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_somebody_outside_the_staff_needs_no_second_factor(learner):
    assert learner.get(reverse("portal:home")).status_code == 200
    assert learner.get(ADMIN).status_code in {302, 403}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("login/", "account_login"),
        ("login/?next=/gestion/pages/", "account_login"),
        ("password_reset/", "account_reset_password"),
        ("password_reset/confirm/MQ/abc-def/", "account_reset_password"),
        ("password_reset/done/", "account_reset_password"),
    ],
)
def test_the_doors_of_wagtail_lead_to_ours(path, name):
    response = Client().get(ADMIN + path)
    assert response.status_code == 302
    assert response.url.split("?")[0] == reverse(name)
    response = Client().post(ADMIN + path, {"username": "x", "password": "y"})
    assert response.status_code == 302


def test_the_account_page_of_wagtail_changes_neither_password_nor_address(office):
    page = office.get("/gestion/account/").content.decode()
    assert 'type="password"' not in page
    assert 'type="email"' not in page
    assert office.get("/gestion/account/change_password/").status_code == 404


def test_an_account_of_staff_is_made_in_wagtail_without_a_password(admin_client, settings):
    settings.DEMO = True
    page = admin_client.get("/gestion/users/new/")
    assert page.status_code == 200
    assert 'type="password"' not in page.content.decode()
