"""What the room does when something happens in the domain."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from certificates.domain import documents, session_documents
from training.models import Job, TrainingSession
from training.signals import job_given_up, session_completed


@receiver(session_completed, dispatch_uid="certificates.issue_at_completion")
def issue_at_completion(session: TrainingSession, actor: User | None, **_signal: Any) -> None:
    """Certificates and attendance sheet; those of an earlier completion give way if they differ."""
    session_documents.enqueue_all(session=session, actor=actor, replace_changed=True)


@receiver(job_given_up, dispatch_uid="certificates.give_up_the_document")
def give_up_the_document(job: Job, **_signal: Any) -> None:
    """No worker survives the drawing of a document: staff see it among those that failed."""
    if job.task == documents.ISSUE_TASK:
        documents.give_up(document_id=int(job.subject_id), sentence=job.error)
