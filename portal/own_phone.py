"""What a phone carries to sign: a secret of its own, and the room whose code it has shown.

Two cookies, sent back to the pages of signing alone; neither names anybody.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import throttle
from attendance.domain import guessing, own_device, room_codes
from attendance.models import RoomCode
from core.exceptions import DomainError

DEVICE_COOKIE = "emargement"
ROOM_COOKIE = "emargement_salle"
PATH = "/emargement/"
DEVICE_DAYS = 180
ROOM_HOURS = 6
#: Wrong codes that one network address may type in `FAILURES_SECONDS` before each one waits for its
#: turn: people of one room share theirs.
FAILURES = 60
#: The same for who holds a personal link, and is counted alone.
FAILURES_WITH_LINK = 20
FAILURES_SECONDS = 600


def attempt_code(request: HttpRequest, *, token: str = "") -> throttle.Attempt:
    """One attempt at a typed code; with a personal link that is good, the person's own.

    What was scanned from a square is never counted: nobody finds it by trying.
    """
    if token and own_device.valid_link(token) is not None:
        return throttle.attempt(
            request,
            action="room-code-with-link",
            limit=FAILURES_WITH_LINK,
            seconds=FAILURES_SECONDS,
            who=room_codes.secret_hash(token),
        )
    has_failed = throttle.failures(request, action=guessing.ACTION, seconds=FAILURES_SECONDS)
    if has_failed and guessing.is_going_on(at=timezone.now()):
        wait = throttle.turn_of_everybody(action=guessing.ACTION, pace=guessing.PACE)
        return throttle.Attempt(wait=wait)
    return throttle.attempt(
        request, action=guessing.ACTION, limit=FAILURES, seconds=FAILURES_SECONDS
    )


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
        return room_codes.room_still_open(int(kept))
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
