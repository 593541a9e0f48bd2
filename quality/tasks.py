"""Celery tasks of quality: fetch by primary key, one domain call, idempotent."""

from celery import shared_task

from core.domain import jobs
from quality.domain import packs


@shared_task(name="quality.tasks.build_audit_pack")
def build_audit_pack(job_id: int) -> None:
    """Build the audit pack that a job is about."""
    with jobs.running(job_id) as job:
        if job is not None:
            packs.build_for_job(job)


@shared_task(name="quality.tasks.erase_expired_packs")
def erase_expired_packs() -> None:
    """Erase the packs that no one may fetch any more."""
    packs.erase_expired()
