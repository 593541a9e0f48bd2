"""Celery tasks of the domain: fetch by primary key, one domain call, idempotent."""

from celery import shared_task

from django.utils import timezone

from training.domain import absences, attendance, jobs, outbox
from training.domain.attendance import anchors
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
    anchors.sweep()


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


@shared_task(name="training.tasks.stamp_anchor")
def stamp_anchor(anchor_id: int) -> None:
    """Have the head of a chain timestamped."""
    anchors.stamp(anchor_id)


@shared_task(name="training.tasks.remind_trainers")
def remind_trainers() -> None:
    """Write to whoever has a half-day to close."""
    attendance.remind_trainers(at=timezone.now())


@shared_task(name="training.tasks.erase_attendance_details")
def erase_attendance_details() -> None:
    """Erase details of attendance, paper scans and what absences left, kept long enough."""
    today = timezone.localdate()
    attendance.erase_past_retention(on=today)
    attendance.erase_scans_past_retention(on=today)
    absences.erase_past_retention(on=today)


@shared_task(name="training.tasks.follow_attendance")
def follow_attendance() -> None:
    """Send the links of sessions about to begin and the receipts of days over; look at flags.

    Ask once more for the documents of absences.
    """
    now = timezone.now()
    attendance.send_due_links(at=now)
    attendance.sweep_flags(at=now)
    attendance.send_due_receipts(at=now)
    absences.remind_due(at=now)
