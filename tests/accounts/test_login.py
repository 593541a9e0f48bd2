"""Logging in by a code sent by mail; no page reveals which addresses have an account."""

import re

import pytest
from allauth.account.adapter import get_adapter

from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def ask_code(client, email, **extra):
    return client.post(
        reverse("account_request_login_code"), {"email": email}, follow=True, **extra
    )


def code_in(message):
    return re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", message.body, re.MULTILINE)[1]


def text_of(response):
    """The page without what changes at each request."""
    text = re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return re.sub(r"(in)?connue@example\.org", "X", text)


def test_a_code_received_by_mail_opens_the_space():
    user = UserFactory(email="connue@example.org")
    client = Client()
    ask_code(client, user.email)
    [message] = mail.outbox
    assert message.subject == "Votre code de connexion"
    response = client.post(reverse("account_confirm_login_code"), {"code": code_in(message)})
    assert response.url == reverse("portal:home")
    assert client.get(response.url).context["request"].user == user


def test_an_account_is_found_whatever_the_capitals_of_the_address():
    UserFactory(email="connue@example.org")
    ask_code(Client(), "Connue@Example.org")
    assert mail.outbox[0].subject == "Votre code de connexion"


@pytest.mark.parametrize("sign", "\u200b\ufeff\u2060\u00ad\u202c\u00a0")
def test_an_account_is_found_whatever_is_copied_along_with_its_address(sign):
    """A contact card puts signs around an address that nobody sees."""
    UserFactory(email="connue@example.org")
    ask_code(Client(), f"connue@example.org{sign}")
    assert mail.outbox[0].subject == "Votre code de connexion"
    client = Client()
    client.post(
        reverse("account_login"), {"login": f"connue@example.org{sign}", "password": PASSWORD}
    )
    assert client.session.get("_auth_user_id") or "account_authentication_methods" in client.session


def test_a_wrong_code_is_refused_and_five_of_them_end_the_attempt():
    UserFactory(email="connue@example.org")
    client = Client()
    ask_code(client, "connue@example.org")
    for _rank in range(4):
        response = client.post(reverse("account_confirm_login_code"), {"code": "ZZZZZZ"})
        assert "Ce code n’est pas le bon." in response.content.decode()
    response = client.post(reverse("account_confirm_login_code"), {"code": "ZZZZZZ"}, follow=True)
    assert "Trop d’essais" in response.content.decode()
    response = client.post(
        reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])}, follow=True
    )
    assert not response.context["request"].user.is_authenticated


def test_a_code_opens_nothing_in_another_browser():
    UserFactory(email="connue@example.org")
    ask_code(Client(), "connue@example.org")
    other = Client()
    response = other.post(
        reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[0])}, follow=True
    )
    assert not response.context["request"].user.is_authenticated


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_an_unknown_address_gets_the_same_page_as_a_known_one(name):
    UserFactory(email="connue@example.org")
    pages = []
    for email in ("connue@example.org", "inconnue@example.org"):
        response = Client().post(reverse(name), {"email": email}, follow=True)
        pages.append((response.status_code, response.redirect_chain, text_of(response)))
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [
        ["connue@example.org"],
        ["inconnue@example.org"],
    ]
    assert mail.outbox[1].subject == "Aucun compte pour cette adresse"


def test_a_wrong_password_is_refused_in_the_same_words_for_every_address():
    UserFactory(email="connue@example.org")
    pages = []
    for email in ("connue@example.org", "inconnue@example.org"):
        response = Client().post(
            reverse("account_login"), {"login": email, "password": "pas-le-bon-mot-de-passe"}
        )
        pages.append(text_of(response))
    assert pages[0] == pages[1]
    assert "Le courriel ou le mot de passe n’est pas le bon." in pages[0]


def test_a_password_is_tried_five_times_at_most():
    UserFactory(email="connue@example.org")
    client = Client()
    for _rank in range(5):
        client.post(reverse("account_login"), {"login": "connue@example.org", "password": "faux"})
    response = client.post(
        reverse("account_login"), {"login": "connue@example.org", "password": PASSWORD}
    )
    assert "Trop d’essais" in response.content.decode()
    assert not response.context["request"].user.is_authenticated


def test_codes_are_asked_three_times_a_minute_at_most():
    for _rank in range(3):
        ask_code(Client(), "inconnue@example.org")
    response = ask_code(Client(), "inconnue@example.org")
    assert "Trop d’essais : patientez" in response.content.decode()
    assert len(mail.outbox) == 3


def test_too_many_resets_show_a_plain_page():
    for _rank in range(6):
        response = Client().post(reverse("account_reset_password"), {"email": "x@example.org"})
    assert response.status_code == 429
    assert "Trop de demandes à la suite." in response.content.decode()


class BrokenServer:
    """A mail backend whose server is away."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_a_mail_server_that_is_away_gives_a_sentence_and_no_error(settings):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    UserFactory(email="connue@example.org")
    response = ask_code(Client(), "connue@example.org")
    assert response.status_code == 200
    assert "Le courriel n’a pas pu partir." in response.content.decode()


def test_a_closed_account_receives_no_code():
    UserFactory(email="connue@example.org", is_active=False)
    response = ask_code(Client(), "connue@example.org")
    assert "Écrivez le code reçu" in response.content.decode()
    assert mail.outbox[0].subject == "Aucun compte pour cette adresse"


def test_a_closed_account_does_not_log_in_with_its_password():
    UserFactory(email="connue@example.org", is_active=False)
    response = Client().post(
        reverse("account_login"),
        {"login": "connue@example.org", "password": PASSWORD},
        follow=True,
    )
    assert not response.context["request"].user.is_authenticated


def test_a_demonstration_account_does_not_log_in_outside_the_demonstration(settings):
    settings.DEMO = False
    UserFactory(email="bureau@demonstration.example")
    client = Client()
    response = client.post(
        reverse("account_login"),
        {"login": "bureau@demonstration.example", "password": PASSWORD},
        follow=True,
    )
    assert not response.context["request"].user.is_authenticated


def test_nobody_signs_up():
    response = Client().post(
        reverse("account_signup"),
        {"email": "nouvelle@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert "Il n’y a pas de compte à créer." in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["/compte/email/", "/compte/confirm-email/", "/compte/2fa/trust/"])
def test_what_the_office_manages_has_no_page(learner, path):
    assert learner.get(path).status_code == 404


def test_a_forgotten_password_is_replaced_with_a_code():
    user = UserFactory(email="connue@example.org")
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_in(mail.outbox[0])})
    response = client.post(
        reverse("account_complete_password_reset"),
        {"password1": "une longue phrase à moi", "password2": "une longue phrase à moi"},
        follow=True,
    )
    assert "Votre mot de passe est changé." in response.content.decode()
    user.refresh_from_db()
    assert user.check_password("une longue phrase à moi")
    assert mail.outbox[1].subject == "Votre mot de passe a changé"


def test_a_weak_password_is_refused_with_its_reason():
    user = UserFactory(email="connue@example.org")
    client = Client()
    client.force_login(user)
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "court", "password2": "court"},
    )
    assert "au minimum 12 caractères" in response.content.decode()


def test_login_does_not_lead_to_another_site():
    UserFactory(email="connue@example.org")
    response = Client().post(
        reverse("account_login"),
        {
            "login": "connue@example.org",
            "password": PASSWORD,
            "next": "https://ailleurs.example/",
        },
    )
    assert response.url == reverse("portal:home")


def test_the_adapter_of_the_settings_is_ours():
    assert get_adapter().__class__.__module__ == "accounts.adapters"
