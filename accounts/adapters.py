"""How allauth behaves here: no public sign-up, staff protected, mails that cannot break a page."""

import logging
import time
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import Login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from accounts import second_factor
from accounts.models import User
from accounts.requests import user_of

FRESH_LOGIN = 300  # seconds
logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the office or by an enrolment, never by a sign-up form."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est fermé.",
        "email_password_mismatch": "Le courriel ou le mot de passe n’est pas le bon.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_code": "Ce code n’est pas le bon.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "rate_limited": "Trop de demandes à la suite : patientez une minute.",
        "too_many_login_attempts": "Trop d’essais : patientez quelques minutes avant de "
        "recommencer.",
        "unknown_email": "Cette adresse n’est pas celle d’un compte.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff go to the back office, everybody else to their own space."""
        return reverse("wagtailadmin_home" if user_of(request).belongs_to_staff else "portal:home")

    def is_login_by_code_required(self, login: Login) -> bool:
        """A member of staff without a second factor also types a code received by mail.

        Otherwise a person who stole the password could add a second factor of their own.
        """
        user = login.user
        if user is None or not second_factor.is_required(user) or second_factor.is_set_up(user):
            return False
        records = get_authentication_records(self.request, user)
        return bool(records) and records[-1]["method"] == "password"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before a change to the account, but not a person who has just logged in."""
        records = get_authentication_records(self.request, self.request.user)
        is_recent = bool(records) and time.time() - records[-1]["at"] < FRESH_LOGIN
        return not is_recent and super().is_reauthentication_required(app=app, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now: a code cannot wait. When the mail server is away the page says so.

        The sentence is the same for an address without an account, which gets a mail too.
        """
        values = {"request": self.request, "email": email, **context}
        try:
            self.render_mail(template_prefix, email, values).send()
        except (OSError, SMTPException):
            logger.exception("An account mail (%s) was not sent.", template_prefix)
            messages.error(
                self.request,
                "Le courriel n’a pas pu partir. Réessayez dans quelques minutes.",
            )


class MFAAdapter(DefaultMFAAdapter):
    """Sentences and names of keys in our French."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": "Ajoutez d’abord une application de codes ou une clé "
        "d’accès.",
        "incorrect_code": "Ce code n’est pas le bon. Attendez le suivant et réessayez.",
        "unverified_email": "Confirmez d’abord votre adresse.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """« Clé 1 », « Clé 2 »…"""
        return f"Clé {Authenticator.objects.filter(user=user, type=type).count() + 1}"
