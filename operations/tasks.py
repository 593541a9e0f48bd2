"""Celery tasks of the installation: one domain call, idempotent."""

from celery import shared_task

from operations.domain.backups import making, trying


@shared_task(name="operations.tasks.back_up")
def back_up() -> None:
    """Make the backup of the night, if it is due."""
    making.back_up_if_due()


@shared_task(name="operations.tasks.try_backup")
def try_backup() -> None:
    """Restore the last backup elsewhere, if none was tried for a week."""
    trying.try_if_due()
