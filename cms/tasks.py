"""Celery tasks of the public site: one domain call, idempotent."""

from celery import shared_task

from cms.domain import scheduled


@shared_task(name="cms.tasks.publish_scheduled")
def publish_scheduled() -> None:
    """Publish or withdraw the pages whose hour has come."""
    scheduled.publish_due()
