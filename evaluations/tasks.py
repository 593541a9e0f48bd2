"""Celery tasks of evaluations: one domain call each, idempotent."""

from celery import shared_task

from evaluations.domain import questionnaires


@shared_task(name=questionnaires.INVITE_TASK)
def invite_to_questionnaires(job_id: int) -> None:
    """Ask the learners of a session for their opinion."""
    questionnaires.run_invitations(job_id)
