"""Sessions of staff end by themselves: tablets and computers are shared.

Those of learners and trainers last as long as Django’s, so that nobody logs in at each half-day.
"""

import time
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User

#: Seconds without a page after which a session of staff is over.
IDLE = 12 * 3600
#: Seconds between two notes of a session that is in use: one write each.
NOTED_EVERY = 600
SESSION_KEY = "accounts_staff_seen_at"
#: Asked by a page left open, without anybody: Wagtail’s editor says that it is still there.
BY_ITSELF = "/gestion/editing-sessions/"


def begin(request: HttpRequest, user: User, **_signal: Any) -> None:
    """A person has logged in: from now on the session is one of staff, if they are."""
    if user.belongs_to_staff:
        request.session[SESSION_KEY] = int(time.time())


def ended(request: HttpRequest) -> HttpResponse | None:
    """Close a session of staff left alone for too long; note that the others are in use.

    Returns the way to log in again when it was closed.
    """
    seen_at = request.session.get(SESSION_KEY)
    if seen_at is None:
        return None
    now = int(time.time())
    if now - seen_at >= IDLE:
        logout(request)
        messages.info(
            request,
            "Votre session s’est fermée après douze heures sans activité. Reconnectez-vous.",
        )
        return redirect("account_login")
    if now - seen_at >= NOTED_EVERY and not _asked_by_itself(request):
        request.session[SESSION_KEY] = now
    return None


def _asked_by_itself(request: HttpRequest) -> bool:
    """Whether a page left open may have asked: lists and progress that follow by themselves."""
    return "HX-Request" in request.headers or request.path.startswith(BY_ITSELF)
