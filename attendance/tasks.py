"""Celery tasks of attendance: fetch by primary key, one domain call, idempotent."""

from celery import shared_task

from django.utils import timezone

from attendance.domain import anchors, evidence_erasure, flags, links, lock_reminders, receipts
from attendance.domain.absences import documents_erasure as absence_retention
from attendance.domain.absences import reminders as absence_reminders


@shared_task(name="attendance.tasks.stamp_anchor")
def stamp_anchor(anchor_id: int) -> None:
    """Have the head of a chain timestamped."""
    anchors.stamp(anchor_id)


@shared_task(name="attendance.tasks.sweep_anchors")
def sweep_anchors() -> None:
    """Ask again for the timestamps that an authority has not given yet."""
    anchors.sweep()


@shared_task(name="attendance.tasks.remind_trainers")
def remind_trainers() -> None:
    """Write to the trainers who have a half-day to close."""
    lock_reminders.remind_trainers(at=timezone.now())


@shared_task(name="attendance.tasks.erase_attendance_details")
def erase_attendance_details() -> None:
    """Erase details of attendance, paper scans and what absences left, kept long enough."""
    today = timezone.localdate()
    evidence_erasure.erase_past_retention(on=today)
    evidence_erasure.erase_scans_past_retention(on=today)
    evidence_erasure.erase_deposits_past_retention(on=today)
    absence_retention.erase_past_retention(on=today)


@shared_task(name="attendance.tasks.follow_attendance")
def follow_attendance() -> None:
    """Send the links of sessions about to begin and the receipts of days over; look at flags.

    Ask once more for the documents of absences.
    """
    now = timezone.now()
    links.send_due_links(at=now)
    flags.sweep_flags(at=now)
    receipts.send_due_receipts(at=now)
    absence_reminders.remind_due(at=now)
