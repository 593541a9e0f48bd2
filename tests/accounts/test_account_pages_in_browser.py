"""Every page of /compte/ in a real browser, and a passkey from end to end."""

import pytest
from allauth.mfa.models import Authenticator

from django.urls import reverse

from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

OPEN_PAGES = [
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_signup",
    "account_inactive",
]
OWN_PAGES = [
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "account_change_password",
    "account_logout",
    "usersessions_list",
]


def log_in(page, user):
    page.goto(reverse("account_login"))
    form = page.locator("form", has=page.get_by_label("Mot de passe"))
    form.get_by_label("Courriel").fill(user.email)
    form.get_by_label("Mot de passe").fill(PASSWORD)
    form.get_by_role("button", name="Me connecter avec mon mot de passe").click()


@pytest.mark.parametrize("device", ["page", "phone"])
def test_pages_open_to_all_are_accessible(request, device, assert_accessible):
    screen = request.getfixturevalue(device)
    for name in OPEN_PAGES:
        screen.goto(reverse(name))
        assert_accessible(screen)
    screen.goto(reverse("account_request_login_code"))
    screen.get_by_label("Courriel").fill("inconnue@example.org")
    screen.get_by_role("button", name="Recevoir un code").click()
    screen.get_by_role("heading", name="Écrivez le code reçu").wait_for()
    screen.get_by_label("Code reçu par courriel").fill("ZZZZZZ")
    screen.get_by_role("button", name="Continuer").click()
    screen.get_by_role("alert").wait_for()
    assert_accessible(screen)


@pytest.mark.parametrize("device", ["page", "phone"])
def test_pages_of_ones_account_are_accessible(request, device, assert_accessible):
    screen = request.getfixturevalue(device)
    log_in(screen, UserFactory())
    screen.wait_for_url("**/espace/")
    for name in OWN_PAGES:
        screen.goto(reverse(name))
        assert screen.get_by_role("heading", level=1).count() == 1
        assert_accessible(screen)
        assert screen.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_a_passkey_is_added_then_opens_the_account_alone(page, assert_accessible):
    """With a simulated authenticator; our content security policy is in force."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    user = UserFactory()
    log_in(page, user)
    page.wait_for_url("**/espace/")
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Ouvrir ma session avec cette clé seule").check()
    page.get_by_role("button", name="Ajouter la clé").click()
    page.get_by_role("heading", name="Codes de secours").wait_for()
    assert_accessible(page)
    assert Authenticator.objects.filter(user=user, type="webauthn").count() == 1
    page.goto(reverse("mfa_list_webauthn"))
    assert_accessible(page)

    page.goto(reverse("account_logout"))
    with page.expect_navigation():
        page.get_by_role("button", name="Me déconnecter").click()
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/espace/")

    page.goto(reverse("account_logout"))
    with page.expect_navigation():
        page.get_by_role("button", name="Me déconnecter").click()
    log_in(page, user)
    page.get_by_role("heading", name="Seconde protection").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/espace/")
