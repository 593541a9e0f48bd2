"""A half-day about to be written to: taken under lock, and the rules that guard it."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from training.domain.attendance.expected import expected_by_half_days
from training.domain.rules import rule
from training.domain.transitions import lock
from training.enums import AbsenceReason, AttendanceMethod, HalfDayState, SessionState
from training.exceptions import DomainError
from training.french import format_day, format_time
from training.models import Enrolment, HalfDay, Trainer

MAX_REASON = 500
#: Ways that need somebody of the organisation, and that remain possible after the window.
DECLARED_METHODS = frozenset(
    {
        AttendanceMethod.DECLARED_BY_TRAINER,
        AttendanceMethod.STAFF,
        AttendanceMethod.PAPER,
    }
)
#: A signature of the person, on a device of their own: drawn, or typed with consent.
OWN_DEVICE_METHODS = frozenset({AttendanceMethod.OWN_PHONE, AttendanceMethod.REMOTE})
#: A signature of the person that somebody of the organisation confirms, even after the window.
CONFIRMED_METHODS = frozenset({AttendanceMethod.PHONE_CONFIRMED, AttendanceMethod.LATE_STATEMENT})
#: Ways that happen on the trainer's device, in front of the trainer.
TRAINER_DEVICE_METHODS = frozenset(
    {
        AttendanceMethod.DRAWN_ON_TRAINER_DEVICE,
        AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
        AttendanceMethod.DECLARED_BY_TRAINER,
    }
)


@dataclass(frozen=True)
class Window:
    """When one may sign a half-day: from `opens_at` to `closes_at`, both included."""

    opens_at: dt.datetime
    closes_at: dt.datetime


def signing_window(half_day: HalfDay) -> Window:
    """The window of the half-day, by the rules in force on its day."""
    day = timezone.localdate(half_day.starts_at)
    return Window(
        half_day.starts_at - dt.timedelta(minutes=rule("signing_opens_minutes_before", on=day)),
        half_day.ends_at + dt.timedelta(minutes=rule("signing_closes_minutes_after", on=day)),
    )


def may_correct(user: User | None) -> bool:
    """Whether the user is of the staff that corrects and closes in the organisation's name."""
    return user is not None and user.has_perm("training.operate_trainingsession")


def attended(
    *,
    half_day: HalfDay,
    arrived_at: dt.datetime | None = None,
    left_at: dt.datetime | None = None,
) -> int:
    """Minutes followed by somebody who came: the counted minutes, minus those missed at either end.

    Whole minutes missed between the start and the arrival, and between the departure and the
    end, are taken off; never below 0, never above the counted minutes. By the dated rules of the
    half-day's day, missing no more than the tolerance at one end costs nothing there, and what
    costs is rounded to the nearest step. Breaks are not looked at: counted minutes are entered
    without them. Raises `DomainError` (`times_out_of_order`).
    """
    day = timezone.localdate(half_day.starts_at)
    arrival = max(arrived_at or half_day.starts_at, half_day.starts_at)
    departure = min(left_at or half_day.ends_at, half_day.ends_at)
    if arrival >= departure:
        raise DomainError(
            "Les heures d’arrivée et de départ doivent se suivre, et tomber pendant "
            "la demi-journée.",
            code="times_out_of_order",
        )
    missed = sum(
        _costly(gap // dt.timedelta(minutes=1), on=day)
        for gap in (arrival - half_day.starts_at, half_day.ends_at - departure)
        if gap
    )
    return max(0, half_day.counted_minutes - missed)


def _costly(missed: int, *, on: dt.date) -> int:
    """Minutes taken off for `missed` ones at one end of the half-day."""
    if missed <= rule("attendance_tolerance_minutes", on=on):
        return 0
    step = max(1, rule("attendance_rounding_minutes", on=on))
    return (2 * missed + step) // (2 * step) * step


def open_slot(half_day: HalfDay) -> HalfDay:
    """The half-day read again, it and its session locked, in the caller's transaction.

    The session first, always: everything that writes to one chain queues there. Raises
    `DomainError` (`session_over`, `half_day_cancelled`).
    """
    session = lock(half_day.session)
    slot = lock(half_day)
    slot.session = session
    if session.state in {SessionState.COMPLETED, SessionState.ARCHIVED, SessionState.CANCELLED}:
        raise DomainError(
            "Cette session est terminée ou annulée : rouvrez-la avant de toucher à l’émargement.",
            code="session_over",
        )
    if slot.state not in {HalfDayState.PLANNED, HalfDayState.HELD}:
        raise DomainError(
            "Cette demi-journée n’a pas lieu : elle est annulée ou déplacée.",
            code="half_day_cancelled",
        )
    return slot


def is_locked(half_day: HalfDay) -> bool:
    """Whether somebody has already locked the half-day."""
    return half_day.state == HalfDayState.HELD or half_day.locks.exists()


# --- Guards: each raises the refusal that its name says -----------------------------------------


def check_window(half_day: HalfDay, now: dt.datetime, *, declaring: bool) -> None:
    """Nothing before the window; after it, only what somebody declares (`window_…`)."""
    window = signing_window(half_day)
    if now < window.opens_at:
        raise DomainError(
            "Il est trop tôt : l’émargement de cette demi-journée ouvre le "
            f"{_when(window.opens_at, half_day)}.",
            code="window_not_open",
        )
    if now > window.closes_at and not declaring:
        raise DomainError(
            "Il est trop tard pour signer : l’émargement de cette demi-journée a fermé le "
            f"{_when(window.closes_at, half_day)}. "
            "La personne formatrice peut encore déclarer la présence, avec un motif.",
            code="window_closed",
        )


def _when(moment: dt.datetime, half_day: HalfDay) -> str:
    zone = half_day.zone
    return f"{format_day(moment, weekday=True, zone=zone)} à {format_time(moment, zone=zone)}"


def refuse_if_locked(half_day: HalfDay) -> None:
    """Somebody has countersigned (`half_day_locked`)."""
    if is_locked(half_day):
        raise locked_refusal()


def locked_refusal() -> DomainError:
    """The refusal that a trainer meets once the half-day is locked."""
    return DomainError(
        "Cette demi-journée est close : seul l’organisme peut encore corriger, avec un motif.",
        code="half_day_locked",
    )


def refuse_unless_expected(half_day: HalfDay, enrolment: Enrolment) -> None:
    """The person is not expected there (`not_expected`)."""
    if enrolment.pk not in expected_by_half_days(half_days=[half_day])[half_day.pk]:
        raise DomainError(
            "Cette personne n’est pas attendue à cette demi-journée.", code="not_expected"
        )


def refuse_future(now: dt.datetime, *moments: dt.datetime | None) -> None:
    """Nobody certifies what has not happened (`time_in_future`)."""
    if any(moment is not None and moment > now for moment in moments):
        raise DomainError(
            "Une heure d’arrivée ou de départ ne peut pas être dans le futur.",
            code="time_in_future",
        )


def check_absence_reason(absence_reason: str) -> None:
    """One of the list, and nothing else (`bad_reason`): never an illness."""
    if absence_reason not in AbsenceReason.values:
        raise DomainError("Choisissez un motif d’absence dans la liste.", code="bad_reason")


def checked_minutes(half_day: HalfDay, minutes: int) -> int:
    """Between 0 and the counted minutes (`minutes_out_of_range`)."""
    if not 0 <= minutes <= half_day.counted_minutes:
        raise DomainError(
            "Les minutes suivies vont de 0 aux minutes comptées de la demi-journée "
            f"({half_day.counted_minutes}).",
            code="minutes_out_of_range",
        )
    return minutes


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
