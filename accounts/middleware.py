"""Staff need a second factor before the back office opens."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

ADMIN_PREFIX = "/gestion/"


class SecondFactorMiddleware:
    """Sends a member of staff who has no second factor to the page that adds one.

    allauth asks for the second factor of those who have one at every login; this closes the
    other half: a password alone, or a code by mail alone, never opens the back office.
    Demonstration accounts are let in (`DEMO`), which `config.settings` refuses over https.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.path.startswith(ADMIN_PREFIX)
            and request.user.is_authenticated
            and not settings.DEMO
            and request.user.has_perm("wagtailadmin.access_admin")
            and not is_mfa_enabled(request.user)
        ):
            messages.warning(
                request,
                "Avant d’ouvrir la gestion, ajoutez une seconde protection à votre compte : "
                "une application de codes ou une clé d’accès.",
            )
            return redirect("mfa_index")
        return self.get_response(request)
