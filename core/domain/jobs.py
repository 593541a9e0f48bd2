"""Background jobs: a row first, a hint to the broker next, a sweep for what was lost.

The database is the truth. A job is claimed with a lease; a worker that dies leaves a lease that
expires, and the sweep sends the job again. Every task is idempotent.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from celery import current_app

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.domain import leases, transitions
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job, LastRun
from core.signals import job_given_up

logger = logging.getLogger(__name__)

SWEEP = "sweep"
MAX_ATTEMPTS = 5
WORN_OUT = (
    "Cette tâche s’est interrompue plusieurs fois sans finir : "
    "la mémoire de la machine a pu manquer."
)
#: How long a queued job waits for its hint to arrive before the sweep sends another.
HINT_PATIENCE = dt.timedelta(seconds=30)


def enqueue(
    *,
    task: str,
    kind: str,
    subject_id: str = "",
    arguments: Mapping[str, Any] | None = None,
    actor: User | None = None,
    total: int = 0,
) -> Job:
    """Write the job's row, and notify the broker once the transaction is committed.

    `task` is the name of a registered Celery task that takes the job's primary key.
    """
    job = Job.objects.create(
        task=task,
        kind=kind,
        subject_id=subject_id,
        arguments=dict(arguments or {}),
        actor=actor,
        total=total,
    )
    hint(task, job.pk)
    return job


def hint(task: str, pk: int) -> None:
    """Notify the broker, after commit, that a row waits. A broker that is away loses nothing."""
    transaction.on_commit(partial(_send, task, pk), robust=True)


def _send(task: str, pk: int) -> None:
    try:
        current_app.send_task(task, args=[pk])
    except Exception:  # noqa: BLE001  any broker failure: the sweep will send it again
        logger.warning("The broker did not take %s %s; the sweep will send it again.", task, pk)


@contextmanager
def running(job_id: int) -> Iterator[Job | None]:
    """Claim the job, run the block, and write down how it ended.

    Yields None when there is nothing to do (done already, or another worker has it). A
    `DomainError` fails the job with its sentence; any other exception puts it back in the
    queue, later and later, until `MAX_ATTEMPTS`. A job that killed that many workers is given
    up, and `job_given_up` is sent: it would kill them for ever.
    """
    job = claim(job_id)
    if job is None:
        yield None
        return
    if job.attempts > MAX_ATTEMPTS:
        with transaction.atomic():
            fail(job, WORN_OUT)
            job_given_up.send(sender=Job, job=job)
        yield None
        return
    try:
        with leases.renewed(held=lambda: _held_by(job), until="lease_until"):
            yield job
    except DomainError as error:
        fail(job, error.message)
    except Exception as error:
        logger.exception("Job %s (%s) failed.", job.pk, job.kind)
        if job.attempts >= MAX_ATTEMPTS:
            fail(job, f"Erreur inattendue ({type(error).__name__}).")
        else:
            _postpone(job, type(error).__name__)
    else:
        finish(job)


def claim(job_id: int) -> Job | None:
    """Take the lease of a job that is due; None when another worker has it or it is over."""
    # In a transaction, so that it queues behind a renewal that waits for a long writer.
    with transaction.atomic():
        now = timezone.now()
        taken = transitions.claim(
            rows=_due(now).filter(pk=job_id),
            to=JobState.RUNNING,
            stamps={"lease_until": now + leases.LEASE, "attempts": F("attempts") + 1},
        )
    return Job.objects.get(pk=job_id) if taken else None


def _held_by(job: Job) -> QuerySet[Job]:
    """The row as long as this attempt of it runs."""
    return Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING)


def _due(at: dt.datetime) -> QuerySet[Job]:
    """The jobs that should be running at that moment and that no worker runs."""
    return Job.objects.filter(not_before__lte=at).filter(
        Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=at)
    )


def report_progress(job: Job, *, done: int, total: int | None = None) -> None:
    """Write how far the job is, and renew its lease."""
    job.progress = done
    if total is not None:
        job.total = total
    job.lease_until = timezone.now() + leases.LEASE
    job.save(update_fields=["progress", "total", "lease_until"])


def finish(job: Job) -> None:
    """The job is done; `result_key` and `result_name` were set on it if it made a file."""
    _leave(
        job,
        JobState.DONE,
        error="",
        finished_at=timezone.now(),
        result_key=job.result_key,
        result_name=job.result_name,
    )


def fail(job: Job, error: str) -> None:
    """The job will not be tried again by itself; `error` is a sentence for staff."""
    _leave(job, JobState.FAILED, error=error[:500], finished_at=timezone.now())


def retry(*, job: Job) -> None:
    """Put a failed job back in the queue, at a person's request."""
    with transaction.atomic():
        moved = transitions.claim(
            rows=Job.objects.filter(pk=job.pk, state=JobState.FAILED),
            to=JobState.QUEUED,
            stamps={
                "attempts": 0,
                "error": "",
                "finished_at": None,
                "not_before": timezone.now(),
            },
        )
        if not moved:
            raise DomainError("Cette tâche n’est pas en échec.", code="job_not_failed")
        hint(job.task, job.pk)
    job.refresh_from_db()


def _postpone(job: Job, error: str) -> None:
    wait = dt.timedelta(seconds=10 * 2**job.attempts)
    _leave(job, JobState.QUEUED, error=error[:500], not_before=timezone.now() + wait)


def _leave(job: Job, to: JobState, **stamps: Any) -> None:
    """End the run of the job that this worker claimed.

    Nothing is written when its lease had expired and another worker has claimed the job since:
    the run of the other one counts.
    """
    stamps["lease_until"] = None
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts)
    if not transitions.claim(rows=mine, to=to, stamps=stamps):
        logger.warning("Job %s (%s) is no longer this worker’s.", job.pk, job.kind)
    job.refresh_from_db()


def due(*, waiting_for: dt.timedelta = dt.timedelta(0)) -> list[tuple[str, int]]:
    """(task, primary key) of the jobs that should be running and that no worker runs.

    `waiting_for`: only those due for at least that long.
    """
    now = timezone.now()
    return list(
        _due(now)
        .filter(not_before__lte=now - waiting_for)
        .order_by("pk")
        .values_list("task", "pk")[:1000]
    )


def note_run(name: str) -> None:
    """Write that a periodic task has just ended."""
    LastRun.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def last_run(name: str) -> dt.datetime | None:
    """When a periodic task last ended; None when it never did."""
    return LastRun.objects.filter(name=name).values_list("at", flat=True).first()


def waiting(*, waiting_for: dt.timedelta) -> int:
    """How many jobs should have been running for at least that long."""
    now = timezone.now()
    return _due(now).filter(not_before__lte=now - waiting_for).count()


def sweep() -> int:
    """Send again the hints of jobs that have waited; returns how many."""
    waiting = due(waiting_for=HINT_PATIENCE)
    for task, pk in waiting:
        _send(task, pk)
    return len(waiting)


def run_due() -> int:
    """Run every due job here and now, until none is left; returns how many were run.

    For commands that wait for their result, and for tests.
    """
    # A worker does it when it starts; a command and a test have no worker.
    current_app.loader.import_default_modules()
    total = 0
    while batch := due():
        for task, pk in batch:
            current_app.tasks[task](pk)
        total += len(batch)
    return total
