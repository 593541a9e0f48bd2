"""Celery tasks of messages and jobs: fetch by primary key, one domain call, idempotent."""

from celery import shared_task

from core.domain import jobs, outbox


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
