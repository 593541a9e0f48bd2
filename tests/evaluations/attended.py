"""A learner was there: the projection of attendance, without the signing."""

import hashlib

from django.utils import timezone

from attendance.enums import AttendanceMethod
from attendance.models import AttendanceEvent
from training.enums import AttendanceState
from training.models import AttendanceMark, Enrolment


def mark(enrolment: Enrolment, state: str = AttendanceState.PRESENT) -> AttendanceMark:
    """The projection says that the person was there at the first half-day."""
    half_day = enrolment.session.half_days.order_by("starts_at").first()
    minutes = half_day.counted_minutes if state == AttendanceState.PRESENT else 0
    event = AttendanceEvent.objects.create(
        session=enrolment.session,
        sequence=AttendanceEvent.objects.filter(session=enrolment.session).count() + 1,
        kind="presence" if state == AttendanceState.PRESENT else "absence",
        half_day=half_day,
        enrolment=enrolment,
        state=state,
        minutes=minutes,
        method=AttendanceMethod.DRAWN_ON_TRAINER_DEVICE,
        received_at=timezone.now(),
        details_digest="0" * 64,
        hash=hashlib.sha256(str(enrolment.pk).encode()).hexdigest(),
    )
    return AttendanceMark.objects.create(
        enrolment=enrolment, half_day=half_day, state=state, minutes=minutes, event_id=event.pk
    )
