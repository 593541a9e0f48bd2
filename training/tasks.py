"""Celery tasks of the domain: fetch by primary key, one domain call, idempotent."""

from celery import shared_task

from django.utils import timezone

from training.domain import jobs, outbox
from training.domain.imports import batches


@shared_task(name="training.tasks.deliver_message")
def deliver_message(message_id: int) -> None:
    """Send one mail of the outbox."""
    outbox.deliver(message_id)


@shared_task(name="training.tasks.sweep")
def sweep() -> None:
    """Send again what a lost queue or a killed worker left waiting."""
    jobs.sweep()
    outbox.sweep()


@shared_task(name="training.tasks.preview_import")
def preview_import(job_id: int) -> None:
    """Check a long register."""
    batches.run_check(job_id)


@shared_task(name="training.tasks.commit_import")
def commit_import(job_id: int) -> None:
    """Write a long register."""
    batches.run_commit(job_id)


@shared_task(name="training.tasks.purge_import_files")
def purge_import_files() -> None:
    """Erase the registers kept long enough."""
    batches.purge_files(on=timezone.localdate())
