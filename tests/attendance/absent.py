"""A half-day where a person was away, and what follows."""

import io

import time_machine
from PIL import Image

from attendance.domain.locking import lock_half_day
from attendance.domain.recording import record_absence
from attendance.models import AbsenceFollowUp
from tests.attendance.people import Room, at, room, typed
from tests.factories import OrganisationFactory
from training.enums import AbsenceReason


def picture(kind: str = "PNG", *, grey: int = 200) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (40, 30), grey).save(stream, kind)
    return stream.getvalue()


def away(place: Room, rank: int = 0, half_day=None, reason: str = AbsenceReason.UNKNOWN) -> None:
    record_absence(
        half_day=half_day or place.half_day,
        enrolment=place.enrolments[rank],
        absence_reason=reason,
        actor=place.actor,
    )


def lock(place: Room, half_day=None) -> None:
    lock_half_day(
        half_day=half_day or place.half_day,
        trainer=place.trainer,
        actor=place.actor,
        signature=typed(str(place.trainer)),
    )


def somebody_away() -> Room:
    """Aïcha is away on the morning of 14 January, no one knows why; Paul signs; it is locked."""
    OrganisationFactory()
    found = room(2)
    with time_machine.travel(at(12, 25), tick=False):
        away(found)
        found.sign(found.enrolments[1])
        assert not AbsenceFollowUp.objects.exists()
        lock(found)
    return found
