"""Celery tasks of training: one call, idempotent."""

from celery import shared_task

from django.utils import timezone

from training.domain.enrolments import address_confirmations


@shared_task(name="training.tasks.erase_unconfirmed_requests")
def erase_unconfirmed_requests() -> None:
    """Erase the public requests whose address nobody confirmed in time."""
    address_confirmations.erase_expired(at=timezone.now())
