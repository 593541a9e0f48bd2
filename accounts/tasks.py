"""Celery tasks of accounts: one call, idempotent."""

from celery import shared_task

from django.utils import timezone

from accounts import throttle


@shared_task(name="accounts.tasks.forget_old_attempts")
def forget_old_attempts() -> None:
    """Erase the counters of attempts whose window is over."""
    throttle.forget_old(at=timezone.now())
