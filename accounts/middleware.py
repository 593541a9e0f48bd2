"""Staff need a second factor before the back office opens."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import second_factor

ADMIN_PREFIX = "/gestion/"
FACTORS_PREFIX = "/compte/2fa/"
#: Where a second factor is shown: open to whoever must show theirs.
DOORS = {
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
}


class SecondFactorMiddleware:
    """Opens the back office to members of staff who have shown a second factor, to no other.

    Whoever has none is sent to the page that adds one; whoever has one but did not show it in
    this session is asked for it, there and before any change to their factors: a session older
    than the factor, opened with a stolen password, could otherwise add one of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._refusal(request) or self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        to_back_office = request.path.startswith(ADMIN_PREFIX)
        to_factors = request.path.startswith(FACTORS_PREFIX)
        if not (to_back_office or to_factors) or not request.user.is_authenticated:
            return None
        if to_back_office and not second_factor.is_required(request.user):
            return None
        if second_factor.is_set_up(request.user):
            if second_factor.was_given(request) or (to_factors and _is_door(request.path)):
                return None
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse(second_factor.door(request.user))}?{query}")
        if to_factors:
            return None
        messages.warning(
            request,
            "Avant d’ouvrir la gestion, ajoutez une seconde protection à votre compte : "
            "une application de codes ou une clé d’accès.",
        )
        return redirect("mfa_index")


def _is_door(path: str) -> bool:
    return path in {reverse(name) for name in DOORS}
