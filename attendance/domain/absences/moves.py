"""The one way in which a follow-up changes state, and who may ask for it."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.models import User
from attendance.models import AbsenceFollowUp
from core.domain.transitions import change_state
from core.exceptions import DomainError


def move(
    *,
    follow_up: AbsenceFollowUp,
    to: str,
    verb: str,
    actor: User | None,
    stamps: Mapping[str, Any] | None = None,
    reason: str = "",
    guard: Callable[[AbsenceFollowUp], None] | None = None,
) -> AbsenceFollowUp:
    """Move the follow-up along its table; the journal of its session keeps it."""
    return change_state(
        row=follow_up,
        to=to,
        actor=actor,
        verb=verb,
        stamps=stamps,
        reason=reason,
        guard=guard,
        session_id=follow_up.enrolment.session_id,
    )


def refuse_if_closed(follow_up: AbsenceFollowUp) -> None:
    """Nothing is written about what is closed (`follow_up_closed`)."""
    if not follow_up.is_open:
        raise DomainError(
            "Ce suivi est clos : rouvrez-le avant d’y ajouter quelque chose.",
            code="follow_up_closed",
        )
