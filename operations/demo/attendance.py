"""Past half-days of the demonstration, signed and locked as they would have been."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone

from accounts.models import User
from attendance.domain import bulk
from attendance.domain.absences import opening
from attendance.domain.bulk import PastEvent
from attendance.enums import AttendanceMethod
from training.domain.expected import expected_by_half_day
from training.enums import AbsenceReason, AttendanceState
from training.models import Enrolment, HalfDay, Trainer, TrainingSession


def hold(session: TrainingSession, *, actor: User | None, absences: int = 0) -> None:
    """Record every half-day that is over: everybody signs, but `absences` people of the first."""
    half_days = list(
        HalfDay.objects.counting()
        .filter(session=session, ends_at__lte=timezone.now())
        .prefetch_related("assignments__trainer")
    )
    expected = expected_by_half_day(session=session)
    people = session.enrolments.select_related("learner").in_bulk()
    rows: list[PastEvent] = []
    for rank, half_day in enumerate(half_days):
        attending = [people[pk] for pk in expected[half_day.pk]]
        trainer = half_day.assignments.all()[0].trainer
        rows += _half_day_rows(half_day, attending, trainer, absences if rank == 0 else 0)
    bulk.append_many(session=session, rows=rows, actor=actor)
    for half_day in half_days:
        opening.follow_half_day(half_day=half_day, actor=actor)


def rows_of(
    half_days: Sequence[HalfDay], enrolments: Sequence[Enrolment], trainer: Trainer
) -> Iterable[PastEvent]:
    """Everybody present at every half-day, which the trainer then locks."""
    for half_day in half_days:
        yield from _half_day_rows(half_day, enrolments, trainer, 0)


def _half_day_rows(
    half_day: HalfDay, enrolments: Sequence[Enrolment], trainer: Trainer, absences: int
) -> Iterator[PastEvent]:
    for rank, enrolment in enumerate(enrolments):
        at = half_day.starts_at + dt.timedelta(minutes=2, seconds=20 * rank)
        name = str(enrolment.learner)
        if rank < absences:
            yield PastEvent(
                half_day=half_day,
                enrolment=enrolment,
                received_at=at,
                state=AttendanceState.ABSENT,
                absence_reason=AbsenceReason.EXCUSED,
                method=AttendanceMethod.DECLARED_BY_TRAINER,
            )
        elif rank % 3:
            yield PastEvent(
                half_day=half_day,
                enrolment=enrolment,
                received_at=at,
                signed_name=name,
                strokes=drawing(enrolment.pk * 211 + half_day.pk),
                method=AttendanceMethod.DRAWN_ON_TRAINER_DEVICE,
            )
        else:
            yield PastEvent(
                half_day=half_day,
                enrolment=enrolment,
                received_at=at,
                signed_name=name,
                method=AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
            )
    yield PastEvent(
        half_day=half_day,
        trainer=trainer,
        received_at=half_day.ends_at - dt.timedelta(minutes=1),
        signed_name=str(trainer),
    )


def drawing(seed: int) -> list[list[list[int]]]:
    """A scribble that looks like a signature, different for each seed: one stroke, one line."""
    wave = [
        [40 + 16 * step, round(120 + (60 - 2 * step) * math.sin(step * (0.7 + seed % 7 / 10)))]
        for step in range(24)
    ]
    return [wave, [[30, 190], [200 + seed % 90, 180 + seed % 17]]]
