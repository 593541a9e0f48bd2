"""Staff need a second factor before their rights open anything."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts import second_factor, staff_sessions
from accounts.models import User

ADMIN_PREFIX = "/gestion/"
FACTORS_PREFIX = "/compte/2fa/"
#: Where a second factor is shown: open to those who must show theirs.
DOORS = {
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
}


class SecondFactorMiddleware:
    """Opens the rights of staff to those who have shown a second factor, to no other.

    Everywhere: the user of a request has no right (`User.has_perm`) as long as the session did not
    show it; a page that is refused for that reason alone leads to where it is shown. A user
    without one is sent to the page that adds one, which asks for the password and a code received
    by mail; a user who has one but did not show it in this session is asked for it, there and
    before any change to their factors: a session older than the factor, opened with a stolen
    password, could otherwise add one of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Lazily, as Django does: a page that asks for no user costs no query.
        request.user = SimpleLazyObject(lambda: _held(request))  # type: ignore[assignment]
        if refusal := staff_sessions.ended(request) or self._refusal(request):
            return refusal
        response = self.get_response(request)
        if response.status_code in {403, 404} and request.method == "GET" and _is_withheld(request):
            return _way_in(request)
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        to_back_office = request.path.startswith(ADMIN_PREFIX)
        to_factors = request.path.startswith(FACTORS_PREFIX)
        if not (to_back_office or to_factors) or not request.user.is_authenticated:
            return None
        required = second_factor.is_required(request.user)
        if to_back_office and not required:
            return None
        if second_factor.is_set_up(request.user):
            if second_factor.was_given(request) or (to_factors and _is_door(request.path)):
                return None
            return _way_in(request)
        if to_back_office:
            return _way_in(request)
        if required and not second_factor.first_may_be_added(request):
            return _ask_again(request)
        return None


def _held(request: HttpRequest) -> User | AnonymousUser:
    """The user of the request, whose rights ask for what the session showed."""
    user = get_user(request)
    if isinstance(user, User):
        user.session_shows_factor = lambda: second_factor.rights_are_open(request)
    return user


def _is_withheld(request: HttpRequest) -> bool:
    # `_held` is not called for this: a user that no one asked for was refused nothing.
    return getattr(getattr(request, "_cached_user", None), "is_withheld", False)


def _way_in(request: HttpRequest) -> HttpResponse:
    """Where the factor of this user is shown, or added when there is none."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  asked by callers
    if second_factor.is_set_up(user):
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse(second_factor.door(user))}?{query}")
    messages.warning(
        request,
        "Avant d’ouvrir la gestion, ajoutez une seconde protection à votre compte : "
        "une application de codes ou une clé d’accès.",
    )
    return redirect("mfa_index")


def _ask_again(request: HttpRequest) -> HttpResponse:
    """To add a first factor: what this session did not show yet, password or code."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  asked by callers
    if not user.has_usable_password():
        messages.info(
            request,
            "Choisissez d’abord un mot de passe, puis connectez-vous avec lui : un code reçu par "
            "courriel vous sera aussi demandé.",
        )
        return redirect("account_set_password")
    if second_factor.showed(request, "code"):
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('account_reauthenticate')}?{query}")
    messages.info(
        request,
        "Pour ajouter une protection, déconnectez-vous, puis connectez-vous avec votre mot de "
        "passe : un code reçu par courriel vous sera aussi demandé.",
    )
    return redirect("account_logout")


def _is_door(path: str) -> bool:
    return path in {reverse(name) for name in DOORS}
