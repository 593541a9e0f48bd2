"""What the app does when something happens in the domain."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from certificates.domain.issuing import completion, lifecycle
from core.models import Job
from core.signals import job_given_up
from training.models import TrainingSession
from training.signals import session_completed


@receiver(session_completed, dispatch_uid="certificates.issue_at_completion")
def issue_at_completion(session: TrainingSession, actor: User | None, **_signal: Any) -> None:
    """Certificates and attendance sheet; those of an earlier completion give way if they differ."""
    completion.enqueue_all(session=session, actor=actor, replace_changed=True)


@receiver(job_given_up, dispatch_uid="certificates.give_up_the_document")
def give_up_the_document(job: Job, **_signal: Any) -> None:
    """No worker survives the rendering of a document: staff see it among those that failed."""
    if job.task == lifecycle.ISSUE_TASK:
        lifecycle.give_up(document_id=int(job.subject_id), sentence=job.error)
