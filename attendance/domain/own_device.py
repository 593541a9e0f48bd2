"""Signing on one's own phone: the room's code proves the place, the personal link the person.

Both must be right, and a wrong one is refused in the same words as the other. A phone that
presented both once needs only the code for the rest of the session.
"""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from attendance.domain.recording import record_presence
from attendance.domain.room_codes import access_refused, find_room, room_still_open, secret_hash
from attendance.domain.signatures import Signature
from attendance.enums import AttendanceMethod, ClaimState
from attendance.models import (
    AttendanceEvent,
    RoomCode,
    SignatureClaim,
    SigningDevice,
    SigningLink,
)
from core.domain.canonical import utc_text
from training.domain.expected import expected_by_half_days, is_expected
from training.enums import AttendanceState, Modality
from training.models import AttendanceMark, Enrolment


def recognise(*, token: str, code: str, device: str) -> tuple[RoomCode, Enrolment]:
    """Open a half-day to the person who holds both secrets, and remember the phone for the session.

    `device` is the random secret that this phone carries. Raises `DomainError`: `access_refused`,
    in the same words whichever of the two is wrong, or is of another session or half-day;
    `window_not_open`.
    """
    link = valid_link(token)
    room = find_room(code)
    if link is None or not is_expected(half_day=room.half_day, enrolment=link.enrolment):
        raise access_refused()
    remember(link=link, device=device)
    return room, link.enrolment


def valid_link(token: str) -> SigningLink | None:
    """The personal link of this secret; None when it is unknown, replaced or out of date."""
    return (
        _live_links()
        .filter(token_hash=secret_hash(token))
        .select_related("enrolment__learner", "enrolment__session__programme_version")
        .first()
    )


def remember(*, link: SigningLink, device: str) -> SigningDevice:
    """From now on, this phone is that person's for the session."""
    row, _created = SigningDevice.objects.get_or_create(link=link, device_hash=secret_hash(device))
    return row


def people_of(*, room: RoomCode, device: str) -> list[Enrolment]:
    """Who this phone was recognised for, among those expected at the half-day."""
    if not device:
        return []
    expected = expected_by_half_days(half_days=[room.half_day])[room.half_day_id]
    links = _live_links().filter(devices__device_hash=secret_hash(device), enrolment__in=expected)
    return list(
        Enrolment.objects.filter(signing_links__in=links).select_related("learner").by_name()
    )


def unsigned_people(*, room: RoomCode) -> list[Enrolment]:
    """Who may still pick their name: expected, not recorded present, no signature that waits."""
    present = AttendanceMark.objects.filter(half_day=room.half_day, state=AttendanceState.PRESENT)
    waiting = SignatureClaim.objects.filter(half_day=room.half_day, state=ClaimState.PENDING)
    return list(
        _expected(room)
        .exclude(pk__in=present.values("enrolment_id"))
        .exclude(pk__in=waiting.values("enrolment_id"))
        .by_name()
    )


def expected_person(*, room: RoomCode, uuid: uuid.UUID) -> Enrolment | None:
    """The person expected at the half-day who has this identifier, signed or not."""
    return _expected(room).filter(uuid=uuid).first()


def is_recorded_present(*, room: RoomCode, enrolment: Enrolment) -> bool:
    """Whether the person's presence is recorded at the half-day, signed or declared."""
    return AttendanceMark.objects.filter(
        half_day=room.half_day, enrolment=enrolment, state=AttendanceState.PRESENT
    ).exists()


def sign_on_own_device(
    *,
    room: RoomCode,
    enrolment: Enrolment,
    device: str,
    signature: Signature,
    idempotency_key: uuid.UUID | None = None,
    device_time: dt.datetime | None = None,
) -> AttendanceEvent:
    """Record the presence of a person this phone was recognised for, at the code's half-day.

    The method says whether it was in the room or at a distance. Raises `DomainError`:
    `access_refused` when the code died meanwhile or the phone is not theirs, and those of
    `record_presence`.
    """
    room = room_still_open(room.pk)
    link = (
        _live_links().filter(enrolment=enrolment, devices__device_hash=secret_hash(device)).first()
    )
    if link is None or not device or not is_expected(half_day=room.half_day, enrolment=enrolment):
        raise access_refused()
    remote = room.half_day.modality == Modality.REMOTE
    return record_presence(
        half_day=room.half_day,
        enrolment=enrolment,
        method=AttendanceMethod.REMOTE if remote else AttendanceMethod.OWN_PHONE,
        signature=replace(signature, device=secret_hash(device)),
        actor=None,
        idempotency_key=idempotency_key,
        context={"link_id": link.pk, "room_code_id": room.pk} | clock_of(device_time),
    )


def clock_of(device_time: dt.datetime | None) -> dict[str, Any]:
    """What the phone's clock said, and by how many seconds it was ahead of the server's."""
    if device_time is None:
        return {}
    drift = round((device_time - timezone.now()).total_seconds())
    return {"device_time": utc_text(device_time), "drift_seconds": drift}


def _expected(room: RoomCode) -> Any:
    expected = expected_by_half_days(half_days=[room.half_day])[room.half_day_id]
    return Enrolment.objects.filter(pk__in=expected).select_related("learner")


def _live_links() -> Any:
    return SigningLink.objects.filter(Q(expires_at__gt=timezone.now()), ended_at__isnull=True)
