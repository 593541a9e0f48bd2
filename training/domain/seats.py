"""Seats of a session, to be counted under a lock on it when something follows from the count."""

from django.db.models import Max
from django.utils import timezone

from training.enums import SessionState
from training.exceptions import DomainError
from training.models import Enrolment, HalfDay, TrainingSession


def left(session: TrainingSession) -> int:
    """Seats that nobody holds; negative when an import went over the capacity."""
    return session.max_seats - Enrolment.objects.holding_seat().filter(session=session).count()


def why_closed(session: TrainingSession) -> DomainError | None:
    """Why nobody can ask for a place (`session_closed`, `session_begun`); None when they can."""
    if session.state not in {SessionState.OPEN, SessionState.CONFIRMED}:
        return DomainError(
            "Les inscriptions à cette session ne sont pas ouvertes.", code="session_closed"
        )
    begun = HalfDay.objects.counting().filter(session=session, starts_at__lte=timezone.now())
    if begun.exists():
        return DomainError("Cette session a déjà commencé.", code="session_begun")
    return None


def refuse_if_over(session: TrainingSession) -> None:
    """Raise `DomainError` (`session_over`) for a session completed, archived or cancelled."""
    if session.state in {
        SessionState.COMPLETED,
        SessionState.ARCHIVED,
        SessionState.CANCELLED,
    }:
        raise DomainError("Cette session est terminée ou annulée.", code="session_over")


def next_waiting_rank(session: TrainingSession) -> int:
    """The rank of whoever joins the waiting list now, from 1."""
    highest = session.enrolments.aggregate(highest=Max("waiting_rank"))["highest"]
    return (highest or 0) + 1
