"""What a session refuses by its state and its dates, whatever is asked."""

from django.utils import timezone

from core.exceptions import DomainError
from training.enums import SessionState
from training.models import HalfDay, TrainingSession


def refuse_if_over(session: TrainingSession) -> None:
    """Raise `DomainError` (`session_over`) for a session completed, archived or cancelled."""
    if session.is_over:
        raise DomainError("Cette session est terminée ou annulée.", code="session_over")


def why_closed(session: TrainingSession) -> DomainError | None:
    """Why no one can ask for a place (`session_closed`, `session_begun`); None when they can."""
    if session.state not in {SessionState.OPEN, SessionState.CONFIRMED}:
        return DomainError(
            "Les inscriptions à cette session ne sont pas ouvertes.", code="session_closed"
        )
    begun = HalfDay.objects.counting().filter(session=session, starts_at__lte=timezone.now())
    if begun.exists():
        return DomainError("Cette session a déjà commencé.", code="session_begun")
    return None
