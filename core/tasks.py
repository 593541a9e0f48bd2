"""Celery tasks of messages and jobs: fetch by primary key, one domain call, idempotent."""

from celery import shared_task

from core.domain import jobs, list_exports, outbox


@shared_task(name="core.tasks.deliver_message")
def deliver_message(message_id: int) -> None:
    """Send one mail of the outbox."""
    outbox.deliver(message_id)


@shared_task(name="core.tasks.sweep")
def sweep() -> None:
    """Send again what a lost queue or a killed worker left waiting."""
    jobs.sweep()
    outbox.sweep()
    jobs.note_run(jobs.SWEEP)


@shared_task(name=list_exports.TASK)
def write_list_export(job_id: int) -> None:
    """Write a long list as a spreadsheet."""
    list_exports.write(job_id)


@shared_task(name="core.tasks.erase_expired_exports")
def erase_expired_exports() -> None:
    """Erase the files of exports that are over for a day."""
    list_exports.erase_expired()
