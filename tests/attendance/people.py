"""A half-day that takes place now, its people, and the actions of a trainer."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from attendance.domain.own_device import recognise, sign_on_own_device
from attendance.domain.recording import record_presence
from attendance.domain.room_codes import room_code, secret_hash
from attendance.domain.signatures import Signature
from attendance.enums import AttendanceMethod
from attendance.models import AttendanceEvent, SigningLink
from tests.factories import (
    PARIS,
    EnrolmentFactory,
    HalfDayFactory,
    LearnerFactory,
    SessionFactory,
    TrainerFactory,
)
from training.enums import SessionState
from training.models import Enrolment, HalfDay, Trainer, TrainingSession

DAY = dt.date(2027, 1, 14)
TEN = dt.datetime(2027, 1, 14, 10, 0, tzinfo=PARIS)
NAMES = [("Aïcha", "Morvan"), ("Paul", "Durand"), ("Léa", "Martin"), ("Inès", "Caradec")]


def at(hour: int, minute: int = 0, *, day: int = 14) -> dt.datetime:
    """A moment of January 2027, in Paris."""
    return dt.datetime(2027, 1, day, hour, minute, tzinfo=PARIS)


@dataclass
class Room:
    """A confirmed session, its half-day of 9:00 to 12:30, its trainer, its enrolments."""

    session: TrainingSession
    half_day: HalfDay
    trainer: Trainer
    enrolments: list[Enrolment]

    @property
    def actor(self) -> Any:
        return self.trainer.user

    def taught_by(self, trainer: Trainer) -> "Room":
        """The same place, with another trainer at the half-day."""
        self.half_day.assignments.update(trainer=trainer)
        self.trainer = trainer
        return self

    def sign(self, enrolment: Enrolment, **values: Any) -> AttendanceEvent:
        """The person types their name on the trainer's device."""
        arguments: dict[str, Any] = {
            "half_day": self.half_day,
            "enrolment": enrolment,
            "method": AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
            "signature": typed(str(enrolment.learner)),
            "actor": self.actor,
        }
        return record_presence(**(arguments | values))


def room(people: int = 3, **half_day_values: Any) -> Room:
    """A half-day on 14 January 2027 with people whose names are known (at most four)."""
    if people > len(NAMES):
        raise ValueError(f"Only {len(NAMES)} people have a name here: ask for a crowd.")
    session = SessionFactory(state=SessionState.CONFIRMED)
    trainer = TrainerFactory()
    half_day = HalfDayFactory(session=session, day=DAY, trainers=[trainer], **half_day_values)
    enrolments = [
        EnrolmentFactory(session=session, learner=LearnerFactory(first_name=first, last_name=last))
        for first, last in NAMES[:people]
    ]
    return Room(session, half_day, trainer, enrolments)


def crowd(people: int, **half_day_values: Any) -> Room:
    """The same with as many people as wanted, their names being whatever."""
    here = room(0, **half_day_values)
    here.enrolments = EnrolmentFactory.create_batch(people, session=here.session)
    return here


def about_to_end(people: int = 3) -> Room:
    """The same today, for a browser that has the hour of the machine: over in five minutes."""
    now = timezone.now()
    return room(
        people,
        starts_at=now - dt.timedelta(hours=3),
        ends_at=now + dt.timedelta(minutes=5),
        counted_minutes=180,
    )


def typed(name: str, *, consent: bool = True) -> Signature:
    return Signature(signed_name=name, consent=consent, ip="192.0.2.7", user_agent="Essai")


def drawn(strokes: Any = None) -> Signature:
    return Signature(strokes=strokes if strokes is not None else [[[10, 10], [200, 180]]])


DEVICE = "un-telephone-d-essai"


def link_of(enrolment: Enrolment, token: str = "", expires_at: dt.datetime | None = None) -> str:
    """A personal link in force for the enrolment, as a mail would carry it."""
    token = token or f"lien-{enrolment.pk}"
    SigningLink.objects.create(
        enrolment=enrolment,
        token_hash=secret_hash(token),
        expires_at=expires_at or at(9, day=30),
    )
    return token


def on_phone(here: Room, enrolment: Enrolment, **values: Any) -> AttendanceEvent:
    """The person opens their link, types the code of the room, then their name."""
    device = values.pop("device", f"telephone-{enrolment.pk}")
    code = room_code(half_day=here.half_day, actor=here.actor)
    found, person = recognise(token=link_of(enrolment), code=code, device=device)
    signature = values.pop("signature", typed(str(enrolment.learner)))
    return sign_on_own_device(
        room=found, enrolment=person, device=device, signature=signature, **values
    )
