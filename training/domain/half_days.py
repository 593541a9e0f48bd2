"""What may still be done to a half-day: edited until its own first signature, then cancelled or
moved with a reason, until somebody countersigns it."""

from training.exceptions import DomainError
from training.models import HalfDay


def refuse_if_attended(half_day: HalfDay) -> None:
    """Raise `DomainError` (`half_day_attended`) once somebody's attendance is recorded."""
    if half_day.attendance_events.exists():
        raise DomainError(
            "Une présence est déjà enregistrée à cette demi-journée : elle ne se modifie plus. "
            "Vous pouvez l’annuler ou la déplacer, avec un motif.",
            code="half_day_attended",
        )


def refuse_if_countersigned(half_day: HalfDay) -> None:
    """Raise `DomainError` (`half_day_locked`) once a trainer, or the staff, has locked it."""
    if half_day.locks.exists():
        raise DomainError(
            "Cette demi-journée est close : elle ne peut plus être déplacée ni annulée.",
            code="half_day_locked",
        )
