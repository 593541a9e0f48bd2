"""What is to be done for a learner, never why (indicator 10)."""

from django.utils import timezone

from accounts.models import User
from core.domain.transitions import change_state
from core.exceptions import DomainError
from training.enums import AdaptationState
from training.models import Adaptation


def decide(
    *, adaptation: Adaptation, decision: str, granted: bool, actor: User | None
) -> Adaptation:
    """Write what was decided for a learner, never why (indicator 10)."""
    if not decision.strip():
        raise DomainError("Indiquez la décision.", code="decision_required")
    return change_state(
        row=adaptation,
        to=AdaptationState.DECIDED if granted else AdaptationState.DECLINED,
        actor=actor,
        verb="adaptation.decided",
        stamps={"decision": decision.strip(), "decided_at": timezone.now()},
        session_id=adaptation.enrolment.session_id,
    )


def apply(*, adaptation: Adaptation, actor: User | None) -> Adaptation:
    """What was decided is in place."""
    return change_state(
        row=adaptation,
        to=AdaptationState.APPLIED,
        actor=actor,
        verb="adaptation.applied",
        stamps={"applied_at": timezone.now()},
        session_id=adaptation.enrolment.session_id,
    )
