"""The code shown in the room, or on the shared screen: it proves that one is there.

It has two forms: letters, few enough to be typed, whose wrong guesses are counted; and the secret
of 128 bits that the square to scan holds, which no one finds by trying.

The database keeps its keyed hash alone. The code itself is computed from a random number and the
installation's secret key, so that the trainer may show it again; it dies when it is renewed, when
a person locks the half-day, and when the window to sign is over.
"""

import hashlib
import hmac
import re
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from attendance.domain import guessing
from attendance.domain.guards import is_locked, refuse_if_locked, writable_half_day
from attendance.domain.windows import check_window, signing_window
from attendance.models import RoomCode
from core.domain import journal
from core.exceptions import DomainError
from training.models import HalfDay

#: Capital letters that no one takes for another letter or a figure, read aloud or from afar.
ALPHABET = "ABCDEFGHJKMNPRSTUVWXYZ"
LENGTH = 6
#: While codes are being tried in number (`attendance.domain.guessing`).
LONGER = 8
#: The row, then 128 bits: what the square holds.
SECRET = re.compile(r"(\d{1,15})-([0-9a-f]{32})")


def room_code(*, half_day: HalfDay, actor: User | None) -> str:
    """The letters of the half-day's code in force. Raises as `code_to_show`."""
    return code_of(code_to_show(half_day=half_day, actor=actor))


def code_to_show(*, half_day: HalfDay, actor: User | None) -> RoomCode:
    """The half-day's code in force; a first one is made when there is none.

    Raises `DomainError` (`half_day_locked`, `half_day_cancelled`, `session_over`).
    """
    with transaction.atomic():
        fresh = writable_half_day(half_day)
        refuse_if_locked(fresh)
        found = RoomCode.objects.filter(half_day=fresh, ended_at__isnull=True).first()
        return found or _make(fresh, actor)


def renew_room_code(*, half_day: HalfDay, actor: User | None) -> str:
    """Another code; the former one no longer opens anything. Raises as `room_code`."""
    with transaction.atomic():
        fresh = writable_half_day(half_day)
        refuse_if_locked(fresh)
        end_room_codes(half_day=fresh)
        row = _make(fresh, actor)
        journal.record(
            actor=actor,
            verb="attendance.code_renewed",
            subject=row,
            session_id=fresh.session_id,
        )
    return code_of(row)


def end_room_codes(*, half_day: HalfDay) -> int:
    """The half-day's code stops working; returns how many did (one or none)."""
    return RoomCode.objects.filter(half_day=half_day, ended_at__isnull=True).update(
        ended_at=timezone.now()
    )


def code_of(row: RoomCode) -> str:
    """The letters to show."""
    return _letters(row.nonce, row.length)


def secret_of(row: RoomCode) -> str:
    """What the square to scan holds instead of the letters."""
    return f"{row.pk}-{_secret(row.nonce)}"


def is_secret(text: str) -> bool:
    """Whether the text has the form of what a square holds, not that of typed letters."""
    return SECRET.fullmatch(text) is not None


def find_room_by_secret(text: str) -> RoomCode:
    """The place that a scanned square opens now. Raises as `find_room`."""
    parts = SECRET.fullmatch(text)
    if parts is None:
        raise access_refused()
    row = RoomCode.objects.filter(pk=parts[1], ended_at__isnull=True).first()
    if row is None or not hmac.compare_digest(_secret(row.nonce), parts[2]):
        raise access_refused()
    return room_still_open(row.pk)


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
    window = signing_window(half_day)
    over = half_day.session.is_over
    takes_place = HalfDay.objects.counting().filter(pk=half_day.pk).exists()
    if over or not takes_place or is_locked(half_day) or now > window.closes_at:
        raise access_refused()
    check_window(half_day, now, declaring=False, window=window)
    return row


def _make(half_day: HalfDay, actor: User | None) -> RoomCode:
    length = LONGER if guessing.happened_lately(at=timezone.now()) else LENGTH
    while True:
        nonce = secrets.token_hex(16)
        code_hash = _hash(_letters(nonce, length))
        if not RoomCode.objects.filter(code_hash=code_hash).exists():
            return RoomCode.objects.create(
                half_day=half_day,
                nonce=nonce,
                code_hash=code_hash,
                length=length,
                created_by=actor,
            )


def _secret(nonce: str) -> str:
    """128 bits that follow from the nonce under the secret key."""
    return salted_hmac("attendance.room_code.secret", nonce, algorithm="sha256").hexdigest()[:32]


def _letters(nonce: str, length: int) -> str:
    """Letters drawn from the nonce under the secret key."""
    digest = salted_hmac("training.room_code.letters", nonce, algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _rank in range(length):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def _hash(code: str) -> str:
    # Keyed: six letters would be found again from a bare hash.
    return salted_hmac("training.room_code.hash", code, algorithm="sha256").hexdigest()


def secret_hash(secret: str) -> str:
    """What is stored of a long random secret (a link, a receipt, a phone)."""
    return hashlib.sha256(secret.encode()).hexdigest()
