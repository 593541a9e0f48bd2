"""What the room does when something happens in the domain."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from certificates.domain import session_documents
from training.models import TrainingSession
from training.signals import session_completed


@receiver(session_completed, dispatch_uid="certificates.issue_at_completion")
def issue_at_completion(session: TrainingSession, actor: User | None, **_signal: Any) -> None:
    """Certificates and attendance sheet; those of an earlier completion give way if they differ."""
    session_documents.enqueue_all(session=session, actor=actor, replace_changed=True)
