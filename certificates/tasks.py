"""Celery tasks of the app: fetch by primary key, one domain call, idempotent."""

from celery import shared_task

from django.utils import timezone

from certificates.domain.batches import running
from certificates.domain.issuing import completion, lifecycle
from certificates.domain.proofs import publishing, stamping
from certificates.domain.sealing import integrity
from core.domain import jobs
from training.models import TrainingSession


@shared_task(name="certificates.tasks.issue_document")
def issue_document(job_id: int) -> None:
    """Render and store one document."""
    with jobs.running(job_id) as job:
        if job is not None:
            lifecycle.issue(
                document_id=int(job.subject_id),
                is_last_attempt=job.attempts >= jobs.MAX_ATTEMPTS,
            )


@shared_task(name="certificates.tasks.request_session_documents")
def request_session_documents(job_id: int) -> None:
    """Ask for every document due at the completion of a session."""
    with jobs.running(job_id) as job:
        if job is not None:
            completion.request_all(
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
            running.run(job)


@shared_task(name="certificates.tasks.check_integrity")
def check_integrity(job_id: int) -> None:
    """Read every stored file again."""
    with jobs.running(job_id) as job:
        if job is not None:
            integrity.run(job)


@shared_task(name="certificates.tasks.erase_expired_batches")
def erase_expired_batches() -> None:
    """Erase the gathered files that were kept long enough."""
    running.erase_expired()


@shared_task(name="certificates.tasks.publish_root")
def publish_root() -> None:
    """Publish the root of the day if it is not there; ask for the timestamps that are missing."""
    now = timezone.now()
    publishing.publish_due(at=now)
    stamping.stamp_due(at=now)


@shared_task(name="certificates.tasks.request_weekly_check")
def request_weekly_check() -> None:
    """Start the integrity check of the week, if none was."""
    integrity.request_weekly(at=timezone.now())
