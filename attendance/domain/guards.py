"""A half-day about to be written to: taken under lock, and the refusals that guard it."""

import datetime as dt

from core.domain.transitions import lock
from core.exceptions import DomainError
from training.domain.expected import is_expected
from training.enums import AbsenceReason
from training.models import Enrolment, HalfDay

MAX_REASON = 500


def writable_half_day(half_day: HalfDay) -> HalfDay:
    """Return the half-day once it may be written to, read again under lock with its session.

    The session first, always: everything that writes to one chain queues there. Raises
    `DomainError` (`session_over`, `half_day_cancelled`).
    """
    session = lock(half_day.session)
    fresh = lock(half_day)
    fresh.session = session
    if session.is_over:
        raise DomainError(
            "Cette session est terminée ou annulée : rouvrez-la avant de toucher à l’émargement.",
            code="session_over",
        )
    if not fresh.counts:
        raise DomainError(
            "Cette demi-journée n’a pas lieu : elle est annulée ou déplacée.",
            code="half_day_cancelled",
        )
    return fresh


def is_locked(half_day: HalfDay) -> bool:
    """Whether a trainer or the staff has already locked the half-day."""
    return half_day.first_locked_at is not None


def refuse_if_locked(half_day: HalfDay) -> None:
    """A trainer or the staff has countersigned (`half_day_locked`)."""
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
    if not is_expected(half_day=half_day, enrolment=enrolment):
        raise DomainError(
            "Cette personne n’est pas attendue à cette demi-journée.", code="not_expected"
        )


def refuse_future(now: dt.datetime, *moments: dt.datetime | None) -> None:
    """No one certifies what has not happened (`time_in_future`)."""
    if any(moment is not None and moment > now for moment in moments):
        raise DomainError(
            "Une heure d’arrivée ou de départ ne peut pas être dans le futur.",
            code="time_in_future",
        )


def check_absence_reason(absence_reason: str) -> None:
    """One of the list, and nothing else (`bad_reason`): never an illness."""
    if absence_reason not in AbsenceReason.values:
        raise DomainError("Choisissez un motif d’absence dans la liste.", code="bad_reason")
