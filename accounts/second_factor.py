"""The second factor: whether an account has one, whether this session gave it."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User

#: Recovery codes replace a lost factor; alone they are none.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
SESSION_KEY = "accounts_second_factor_of"


def is_required(user: User) -> bool:
    """Staff need one, except those of a demonstration (`DEMO`, refused over https)."""
    return not settings.DEMO and user.belongs_to_staff


def rights_are_open(request: HttpRequest) -> bool:
    """Whether this session may use the rights of its user, wherever the page stands."""
    return settings.DEMO or was_given(request)


def is_set_up(user: User) -> bool:
    """Whether the account has an authenticator application or a passkey."""
    return is_mfa_enabled(user, FACTORS)


def door(user: User) -> str:
    """Name of the page where this account shows its factor."""
    by_code = is_mfa_enabled(user, [Authenticator.Type.TOTP])
    return "mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn"


def was_given(request: HttpRequest) -> bool:
    """Whether the person of this session showed their second factor, or has just added it.

    A session opened before the factor existed did not: anyone who knew the password alone then
    must not get further now.
    """
    return showed(request, "mfa") or request.session.get(SESSION_KEY) == request.user.pk


def first_may_be_added(request: HttpRequest) -> bool:
    """Whether this session may add the first factor of a member of staff.

    It typed the password *and* a code received by mail: whoever reads the mailbox alone, or knows
    the password alone, would otherwise make the account theirs for good.
    """
    return showed(request, "password") and showed(request, "code")


def showed(request: HttpRequest, method: str) -> bool:
    """Whether this session was opened, or confirmed since, by `method`: "password", "code"…"""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == method for record in records)


def note_given(request: HttpRequest) -> None:
    """The person of this session has just proved that they hold the factor they are adding.

    Does nothing as long as the factor itself is not written (`is_set_up`).
    """
    request.session[SESSION_KEY] = request.user.pk
