"""A half-day that takes place now, its people, and the gestures of a trainer."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.factories import (
    PARIS,
    EnrolmentFactory,
    HalfDayFactory,
    LearnerFactory,
    SessionFactory,
    TrainerFactory,
)
from training.domain.attendance import (
    Signature,
    recognise,
    record_presence,
    room_code,
    sign_on_own_device,
)
from training.domain.attendance.room_codes import secret_hash
from training.enums import AttendanceMethod, SessionState
from training.models import (
    AttendanceEvent,
    Enrolment,
    HalfDay,
    SigningLink,
    Trainer,
    TrainingSession,
)

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
    """A half-day on 14 January 2027 with named people (at most four)."""
    session = SessionFactory(state=SessionState.CONFIRMED)
    trainer = TrainerFactory()
    half_day = HalfDayFactory(session=session, day=DAY, trainers=[trainer], **half_day_values)
    enrolments = [
        EnrolmentFactory(session=session, learner=LearnerFactory(first_name=first, last_name=last))
        for first, last in NAMES[:people]
    ]
    return Room(session, half_day, trainer, enrolments)


def typed(name: str, *, consent: bool = True) -> Signature:
    return Signature(signed_name=name, consent=consent, ip="192.0.2.7", user_agent="Essai")


def drawn(strokes: Any = None) -> Signature:
    return Signature(strokes=strokes if strokes is not None else [[[10, 10], [200, 180]]])


DEVICE = "un-telephone-d-essai"


def link_of(enrolment: Enrolment, token: str = "") -> str:
    """A personal link in force for the enrolment, as a mail would carry it."""
    token = token or f"lien-{enrolment.pk}"
    SigningLink.objects.create(
        enrolment=enrolment, token_hash=secret_hash(token), expires_at=at(9, day=30)
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
