"""Celery tasks of the room: fetch by primary key, one domain call, idempotent."""

from celery import shared_task

from certificates.domain import batches, documents, integrity, session_documents
from training.domain import jobs
from training.models import TrainingSession


@shared_task(name="certificates.tasks.issue_document")
def issue_document(job_id: int) -> None:
    """Draw and store one document."""
    with jobs.running(job_id) as job:
        if job is not None:
            documents.issue(
                document_id=int(job.subject_id),
                is_last_attempt=job.attempts >= jobs.MAX_ATTEMPTS,
            )


@shared_task(name="certificates.tasks.request_session_documents")
def request_session_documents(job_id: int) -> None:
    """Ask for every document due at the completion of a session."""
    with jobs.running(job_id) as job:
        if job is not None:
            session_documents.request_all(
                session=TrainingSession.objects.select_related("programme_version__programme").get(
                    pk=job.subject_id
                ),
                actor=job.actor,
                replace_changed=bool(job.arguments.get("replace_changed")),
            )


@shared_task(name="certificates.tasks.issue_batch")
def issue_batch(job_id: int) -> None:
    """Issue, gather and send the documents of a batch."""
    with jobs.running(job_id) as job:
        if job is not None:
            batches.run(job)


@shared_task(name="certificates.tasks.check_integrity")
def check_integrity(job_id: int) -> None:
    """Read every stored file again."""
    with jobs.running(job_id) as job:
        if job is not None:
            integrity.run(job)


@shared_task(name="certificates.tasks.erase_expired_batches")
def erase_expired_batches() -> None:
    """Erase the gathered files that were kept long enough."""
    batches.erase_expired()
