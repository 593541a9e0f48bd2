"""Celery tasks of imports: fetch by primary key, one domain call, idempotent."""

from celery import shared_task

from django.utils import timezone

from exchange.domain import batches
from exchange.domain.registers import lifecycle


@shared_task(name="exchange.tasks.preview_import")
def preview_import(job_id: int) -> None:
    """Check a long register."""
    lifecycle.run_check(job_id)


@shared_task(name="exchange.tasks.commit_import")
def commit_import(job_id: int) -> None:
    """Write a long register."""
    lifecycle.run_commit(job_id)


@shared_task(name="exchange.tasks.purge_import_files")
def purge_import_files() -> None:
    """Erase the files of imports kept long enough."""
    batches.erase_expired(on=timezone.localdate())
