"""Logins from a connection where many failed: each in its turn, none shut out.

A room of learners, a company, the customers of a mobile network share one address: limits that
shut an address out would let one person close the door to all of them. Here failures alone count,
and beyond the limit every attempt is answered in its turn (`accounts.throttle`): the page says to
wait a few seconds and sends the form again by itself. Limits per account are allauth’s
(`ACCOUNT_RATE_LIMITS`).
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts import throttle

#: Seconds during which the page that waits may send a password again.
SEALED_FOR = 120


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many attempts of a kind are answered at once from one network address."""

    action: str
    limit: int
    seconds: int
    #: Whether an attempt that succeeds is taken back.
    failures_alone: bool = True


GUESSES = Limit(action="login", limit=10, seconds=600)
#: What sends a mail counts whether the account exists or not: the answer must not say it.
MAILS = Limit(action="login-mail", limit=60, seconds=60, failures_alone=False)
LIMITS = {
    "account_login": GUESSES,
    "account_confirm_login_code": GUESSES,
    "account_confirm_password_reset_code": GUESSES,
    "mfa_authenticate": GUESSES,
    "account_request_login_code": MAILS,
    "account_reset_password": MAILS,
}


class SlowLoginMiddleware:
    """Counts failed logins by network address, and answers in turn beyond the limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        attempt: throttle.Attempt | None = getattr(request, "login_attempt", None)
        if attempt is not None and _succeeded(response):
            attempt.succeeded()
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Before the view, once its name is known."""
        match = request.resolver_match
        limit = LIMITS.get(match.url_name or "") if match else None
        if limit is None or request.method != "POST":
            return None
        _unseal(request)
        attempt = throttle.attempt(
            request, action=limit.action, limit=limit.limit, seconds=limit.seconds
        )
        if attempt.wait:
            return _wait(request, attempt.wait)
        if limit.failures_alone:
            request.login_attempt = attempt  # type: ignore[attr-defined]
        return None


def _succeeded(response: HttpResponse) -> bool:
    """A form that is not shown again, and does not lead back to the beginning."""
    beginnings = (reverse("account_login"), reverse("account_request_login_code"))
    target = response.headers.get("Location", "").partition("?")[0]
    return response.status_code == 302 and target not in beginnings


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page that sends the same form again; a password is sealed in it, never shown."""
    values = {
        name: value
        for name, value in request.POST.items()
        if name not in {"csrfmiddlewaretoken", "password", "sealed_password"}
    }
    if password := request.POST.get("password"):
        values["sealed_password"] = _sealing().encrypt(str(password).encode()).decode()
    response = render(request, "account/wait.html", {"wait": seconds, "values": values}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _unseal(request: HttpRequest) -> None:
    """Put back the password that the page that waits carried."""
    sealed = request.POST.get("sealed_password")
    if not sealed:
        return
    values = request.POST.copy()
    del values["sealed_password"]
    try:
        values["password"] = _sealing().decrypt(str(sealed).encode(), ttl=SEALED_FOR).decode()
    except InvalidToken:
        values["password"] = ""
    request.POST = values  # type: ignore[assignment]


def _sealing() -> Fernet:
    key = salted_hmac("accounts.slow_logins", "password", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
