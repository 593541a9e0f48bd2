"""Who acts on attendance: a trainer of the half-day, the staff, or the learner alone."""

from accounts.models import User
from attendance.enums import (
    CONFIRMED_METHODS,
    DECLARED_METHODS,
    TRAINER_DEVICE_METHODS,
    AttendanceMethod,
)
from core.exceptions import DomainError
from training.models import Enrolment, HalfDay, Learner, Trainer


def learner_of(enrolment: Enrolment) -> Learner:
    """The person of an enrolment. Raises ValueError for a seat not named yet: no one expects it."""
    if enrolment.learner is None:
        raise ValueError("A seat without a name attends nothing.")
    return enrolment.learner


def may_correct(user: User | None) -> bool:
    """Whether the user is of the staff that corrects and closes in the organisation's name."""
    return user is not None and user.has_perm("training.operate_trainingsession")


def acting_trainer(half_day: HalfDay, actor: User | None, method: str) -> Trainer | None:
    """The half-day's trainer who acts, None for the staff or for a learner on their own device.

    Raises `DomainError` (`not_trainer`) when the method needs one of them and it is neither.
    """
    trainer = (
        Trainer.objects.filter(user=actor, assignments__half_day=half_day).first()
        if actor is not None
        else None
    )
    if method == AttendanceMethod.STAFF:
        allowed = may_correct(actor)
    elif method in TRAINER_DEVICE_METHODS | DECLARED_METHODS | CONFIRMED_METHODS:
        allowed = trainer is not None or may_correct(actor)
    else:
        allowed = True
    if not allowed:
        raise DomainError(
            "Seules les personnes qui animent cette demi-journée peuvent le faire.",
            code="not_trainer",
        )
    return trainer
