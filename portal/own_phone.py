"""What a phone carries to sign: a secret of its own, and the room whose code it has shown.

Two cookies, sent back to the pages of signing alone; neither names anybody.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from training.domain import attendance
from training.exceptions import DomainError
from training.models import RoomCode

DEVICE_COOKIE = "emargement"
ROOM_COOKIE = "emargement_salle"
PATH = "/emargement/"
DEVICE_DAYS = 180
ROOM_HOURS = 6


def device_of(request: HttpRequest) -> str:
    """The phone's secret; empty when it was never recognised."""
    return request.COOKIES.get(DEVICE_COOKIE, "")[:64]


def new_device() -> str:
    """A secret for a phone that has none."""
    return secrets.token_urlsafe(32)


def keep_device(response: HttpResponse, device: str) -> None:
    """The phone keeps its secret."""
    _set(response, DEVICE_COOKIE, device, seconds=DEVICE_DAYS * 24 * 3600)


def room_of(request: HttpRequest) -> RoomCode | None:
    """The room whose code this phone has shown, if it is still open; None otherwise."""
    kept = request.get_signed_cookie(ROOM_COOKIE, default="", max_age=ROOM_HOURS * 3600)
    if not kept:
        return None
    try:
        return attendance.room_still_open(int(kept))
    except DomainError:
        return None


def keep_room(response: HttpResponse, room: RoomCode) -> None:
    """The phone has shown the room's code: it is not asked again for this half-day."""
    response.set_signed_cookie(
        ROOM_COOKIE,
        str(room.pk),
        max_age=ROOM_HOURS * 3600,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _set(response: HttpResponse, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
