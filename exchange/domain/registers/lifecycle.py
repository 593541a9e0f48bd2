"""The life of an import: received, checked, confirmed by a person, written whole or not at all."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain import jobs, journal
from core.domain.transitions import change_state, lock
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job
from exchange.domain import batches
from exchange.domain.registers import matching, planning, preview, reading, resource, writing
from exchange.enums import ImportState
from exchange.models import ImportBatch
from training.models import TrainingSession

logger = logging.getLogger(__name__)

#: Up to so many lines, the person waits for the page; beyond, a background job does it.
INLINE_LINES = 300
PREVIEW_TASK = "exchange.tasks.preview_import"
COMMIT_TASK = "exchange.tasks.commit_import"
KIND = "learners"

Progress = Callable[[int], None]


def receive(
    *,
    content: bytes,
    name: str,
    session: TrainingSession | None,
    actor: User | None,
    inline: bool = False,
) -> ImportBatch:
    """Keep a register and check it: at once when it is short (or `inline`), else in the background.

    `session`: where people go when a line names none. Raises `DomainError` (see `reading.read`)
    for a file that cannot be read at all; then nothing is kept.
    """
    register = reading.read(content=content, name=name, session_given=session is not None)
    stored = batches.store(content)
    in_background = not inline and len(register.rows) > INLINE_LINES
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind=KIND,
            name=name[-255:],
            key=stored.key,
            sha256=stored.sha256,
            session=session,
            totals={"lines": len(register.rows)},
            actor=actor,
        )
        journal.record(actor=actor, verb="import.received", subject=batch, to_state=batch.state)
        if in_background:
            _enqueue(PREVIEW_TASK, "import_preview", batch, actor)
    if not in_background:
        _check(batch, register)
    return batch


def check(*, batch: ImportBatch, progress: Progress | None = None) -> None:
    """Read the stored file and write down what it would do; nothing else is written.

    Does nothing for a batch checked already. Raises `DomainError` (`import_file_changed`…).
    """
    if batch.state != ImportState.UPLOADED:
        return
    _check(batch, _stored_register(batch), progress)


def _check(
    batch: ImportBatch, register: reading.Register, progress: Progress | None = None
) -> None:
    plan = planning.make(resource.parse(register, progress=progress), session=batch.session)
    change_state(
        row=batch,
        to=ImportState.PREVIEWED,
        actor=batch.actor,
        verb="import.checked",
        stamps={
            "totals": preview.totals(plan),
            "report": preview.report(plan, ignored=register.ignored, notes=register.notes),
        },
    )


def dry_run(
    *, content: bytes, name: str, session: TrainingSession | None
) -> tuple[dict[str, int], dict[str, Any]]:
    """Totals and report of a file, without keeping anything. Raises `DomainError`."""
    register = reading.read(content=content, name=name, session_given=session is not None)
    plan = planning.make(resource.parse(register), session=session)
    return (
        preview.totals(plan),
        preview.report(plan, ignored=register.ignored, notes=register.notes),
    )


def blockers(batch: ImportBatch) -> list[str]:
    """Why the import cannot be confirmed, in sentences; none when it can."""
    if batch.state not in {ImportState.PREVIEWED, ImportState.FAILED}:
        return [f"Cet import est à l’état « {batch.get_state_display()} »."]
    if not batch.key:
        return ["Le fichier a été effacé : déposez le registre de nouveau."]
    if batch.totals.get("problems"):
        return ["Le registre contient des erreurs : corrigez le fichier et déposez-le de nouveau."]
    if "to_enrol" not in batch.totals:
        return ["Ce fichier n’a pas pu être vérifié : déposez-le de nouveau."]
    if not batch.totals["to_enrol"]:
        return ["Toutes ces personnes sont déjà inscrites : il n’y a rien à importer."]
    return []


def confirm(*, batch: ImportBatch, actor: User | None, inline: bool = False) -> ImportBatch:
    """Write a checked register: at once when it is short (or `inline`), else in the background.

    Raises `DomainError` (`import_blocked`, `transition_refused`, or what `commit` raises).
    """

    def guard(locked: ImportBatch) -> None:
        if reasons := blockers(locked):
            raise DomainError(reasons[0], code="import_blocked")

    in_background = not inline and batch.totals.get("lines", 0) > INLINE_LINES
    with transaction.atomic():
        change_state(
            row=batch,
            to=ImportState.COMMITTING,
            actor=actor,
            verb="import.confirmed",
            guard=guard,
        )
        if in_background:
            _enqueue(COMMIT_TASK, "import_commit", batch, actor)
    if not in_background:
        try:
            commit(batch=batch, actor=actor)
        except DomainError:
            raise
        except Exception:
            _fail(batch, _unexpected(), actor)
            raise
    return batch


def resume(*, batch: ImportBatch, actor: User | None) -> ImportBatch:
    """Take up again a check or a writing that was interrupted.

    Raises `DomainError` (`import_running` while a job still has it).
    """
    job = current_job(batch)
    if job is not None and job.state == JobState.FAILED:
        jobs.retry(job=job)
    elif job is not None and job.state != JobState.DONE:
        raise DomainError("Ce traitement est encore en cours.", code="import_running")
    elif batch.state == ImportState.UPLOADED:
        check(batch=batch)
    else:
        commit(batch=batch, actor=actor)
    return batch


def commit(*, batch: ImportBatch, actor: User | None, progress: Progress | None = None) -> None:
    """Write the stored file in one transaction. Idempotent: a batch already written is left alone.

    The file is read again and must be the one that was checked; people enrolled meanwhile are
    skipped. Whatever refuses one line refuses all of them: the batch is then *failed*, with the
    lines to blame. Raises `DomainError` (`import_file_changed`, `import_has_problems`…).
    """
    if batch.state != ImportState.COMMITTING:
        return
    try:
        parsed = resource.parse(_stored_register(batch), progress=progress)
        with transaction.atomic():
            if lock(batch).state != ImportState.COMMITTING:
                return
            # Always in the same order; seats are counted under these locks.
            named = matching.sessions_named(parsed.lines, session=batch.session)
            list(named.select_for_update(of=("self",)).values_list("pk"))
            plan = planning.make(parsed, session=batch.session)
            if plan.problems:
                raise _refusal(plan)
            trace = writing.write(plan=plan, batch=batch, actor=actor)
            change_state(
                row=batch,
                to=ImportState.COMMITTED,
                actor=actor,
                verb="import.committed",
                stamps={
                    "committed_at": timezone.now(),
                    "written": trace.as_data(),
                    "totals": preview.totals(plan),
                    "report": {
                        **preview.report(plan),
                        "notes": batch.report.get("notes", []),
                        "ignored": batch.report.get("ignored", []),
                    },
                },
            )
    except DomainError as error:
        _fail(batch, error, actor)
        raise


def already_committed(batch: ImportBatch) -> ImportBatch | None:
    """An earlier import of exactly the same file, if it was written."""
    return (
        ImportBatch.objects.filter(
            kind=batch.kind, sha256=batch.sha256, state=ImportState.COMMITTED
        )
        .exclude(pk=batch.pk)
        .order_by("-committed_at")
        .defer("report", "written")
        .first()
    )


def current_job(batch: ImportBatch) -> Job | None:
    """The last background job of an import."""
    return (
        Job.objects.filter(task__in=[PREVIEW_TASK, COMMIT_TASK], subject_id=str(batch.pk))
        .order_by("-pk")
        .first()
    )


def run_check(job_id: int) -> None:
    """The background job that checks a register."""
    with jobs.running(job_id) as job:
        if job is None:
            return
        batch = ImportBatch.objects.get(pk=job.subject_id)
        try:
            check(batch=batch, progress=lambda done: jobs.report_progress(job, done=done))
        except DomainError as error:
            _fail(batch, error, job.actor)
            raise


def run_commit(job_id: int) -> None:
    """The background job that writes a register."""
    with jobs.running(job_id) as job:
        if job is not None:
            commit(
                batch=ImportBatch.objects.get(pk=job.subject_id),
                actor=job.actor,
                progress=lambda done: jobs.report_progress(job, done=done),
            )


# --- Helpers --------------------------------------------------------------------------------------


def _enqueue(task: str, kind: str, batch: ImportBatch, actor: User | None) -> None:
    jobs.enqueue(
        task=task,
        kind=kind,
        subject_id=str(batch.pk),
        actor=actor,
        total=batch.totals.get("lines", 0),
    )


def _stored_register(batch: ImportBatch) -> reading.Register:
    """The file as it was deposited. Raises `DomainError` (`import_file_changed`)."""
    return reading.read(
        content=batches.stored_content(batch, noun="registre"),
        name=batch.name,
        session_given=batch.session_id is not None,
    )


def _refusal(plan: planning.Plan) -> DomainError:
    return DomainError(
        "Le registre ne peut plus être importé tel quel : rien n’a été écrit.",
        code="import_has_problems",
        details=[
            f"Ligne {problem.line}, {problem.column} : {problem.message}"
            for problem in plan.problems
        ],
    )


def _unexpected() -> DomainError:
    return DomainError(
        "Une erreur inattendue est survenue : rien n’a été écrit.", code="import_error"
    )


def _fail(batch: ImportBatch, error: DomainError, actor: User | None) -> None:
    change_state(
        row=batch,
        to=ImportState.FAILED,
        actor=actor,
        verb="import.failed",
        stamps={
            "report": {
                **batch.report,
                "failure": {"message": error.message, "details": error.details},
            }
        },
    )
