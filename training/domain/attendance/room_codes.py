"""The code shown in the room, or on the shared screen: it proves that one is there.

The database keeps its keyed hash alone. The code itself is computed from a random number and the
installation's secret key, so that the trainer may show it again; it dies when it is renewed, when
somebody locks the half-day, and when the window to sign is over.
"""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from training.domain import journal
from training.domain.attendance.slot import (
    check_window,
    is_locked,
    open_slot,
    refuse_if_locked,
    signing_window,
)
from training.enums import SessionState
from training.exceptions import DomainError
from training.models import HalfDay, RoomCode

#: Capital letters that nobody takes for another letter or a figure, read aloud or from afar.
ALPHABET = "ABCDEFGHJKMNPRSTUVWXYZ"
LENGTH = 6


def room_code(*, half_day: HalfDay, actor: User | None) -> str:
    """The half-day's code in force; a first one is made when there is none.

    Raises `DomainError` (`half_day_locked`, `half_day_cancelled`, `session_over`).
    """
    with transaction.atomic():
        slot = open_slot(half_day)
        refuse_if_locked(slot)
        found = RoomCode.objects.filter(half_day=slot, ended_at__isnull=True).first()
        return code_of(found or _make(slot, actor))


def renew_room_code(*, half_day: HalfDay, actor: User | None) -> str:
    """Another code; the former one no longer opens anything. Raises as `room_code`."""
    with transaction.atomic():
        slot = open_slot(half_day)
        refuse_if_locked(slot)
        end_room_codes(half_day=slot)
        row = _make(slot, actor)
        journal.record(
            actor=actor,
            verb="attendance.code_renewed",
            subject=row,
            session=slot.session,
        )
    return code_of(row)


def end_room_codes(*, half_day: HalfDay) -> int:
    """The half-day's code stops working; returns how many did (one or none)."""
    return RoomCode.objects.filter(half_day=half_day, ended_at__isnull=True).update(
        ended_at=timezone.now()
    )


def shown_code(half_day: HalfDay) -> RoomCode | None:
    """The half-day's code in force, if somebody asked for one."""
    return RoomCode.objects.filter(half_day=half_day, ended_at__isnull=True).first()


def code_of(row: RoomCode) -> str:
    """The letters to show."""
    return _letters(row.nonce)


def find_room(code: str) -> RoomCode:
    """The place that a code opens now, with its half-day and session.

    Raises `DomainError`: `access_refused` for a code that is unknown, renewed, or of a half-day
    that is locked, cancelled or over; `window_not_open` when it is too early.
    """
    typed = "".join(code.split()).upper()
    return _usable(
        RoomCode.objects.filter(code_hash=_hash(typed), ended_at__isnull=True)
        .select_related("half_day__session__programme_version", "half_day__session__venue")
        .first()
    )


def room_still_open(pk: int) -> RoomCode:
    """The same for a code already presented from this phone. Raises as `find_room`."""
    return _usable(
        RoomCode.objects.filter(pk=pk, ended_at__isnull=True)
        .select_related("half_day__session__programme_version", "half_day__session__venue")
        .first()
    )


def access_refused() -> DomainError:
    """The one refusal for a wrong link, a wrong code, and a code of another half-day."""
    return DomainError(
        "Ce lien ou ce code n’est pas valable ici. Le code change à chaque demi-journée : "
        "saisissez celui qui est affiché en ce moment, ouvrez le lien du dernier message reçu, "
        "ou adressez-vous à la personne formatrice.",
        code="access_refused",
    )


def _usable(row: RoomCode | None) -> RoomCode:
    if row is None:
        raise access_refused()
    half_day, now = row.half_day, timezone.now()
    over = half_day.session.state in {
        SessionState.COMPLETED,
        SessionState.ARCHIVED,
        SessionState.CANCELLED,
    }
    takes_place = HalfDay.objects.counting().filter(pk=half_day.pk).exists()
    if over or not takes_place or is_locked(half_day) or now > signing_window(half_day).closes_at:
        raise access_refused()
    check_window(half_day, now, declaring=False)
    return row


def _make(half_day: HalfDay, actor: User | None) -> RoomCode:
    while True:
        nonce = secrets.token_hex(16)
        code_hash = _hash(_letters(nonce))
        if not RoomCode.objects.filter(code_hash=code_hash).exists():
            return RoomCode.objects.create(
                half_day=half_day, nonce=nonce, code_hash=code_hash, created_by=actor
            )


def _letters(nonce: str) -> str:
    """Letters drawn from the nonce under the secret key."""
    digest = salted_hmac("training.room_code.letters", nonce, algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _rank in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def _hash(code: str) -> str:
    # Keyed: six letters would be found again from a bare hash.
    return salted_hmac("training.room_code.hash", code, algorithm="sha256").hexdigest()


def secret_hash(secret: str) -> str:
    """What is stored of a long random secret (a link, a receipt, a phone)."""
    return hashlib.sha256(secret.encode()).hexdigest()
