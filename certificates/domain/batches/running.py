"""Issuing together: every document of a session, of a month, of a company.

One job asks for what is due, helps the other workers to render it, then gathers what is in force.
Each document has its own row and its own job: a worker that dies loses nothing, and the job,
taken up again, finds what is done already. One failure is named and does not stop the others.
"""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from certificates.domain import files
from certificates.domain.batches import gathering, mailing
from certificates.domain.issuing import completion, lifecycle, requests
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.enums import DocumentState
from certificates.models import Document, DocumentBatch
from core.domain import jobs, journal, private_files, rules
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job
from training.enums import DELIVERED_SESSION_STATES
from training.models import Company, TrainingSession

TASK = "certificates.tasks.issue_batch"
JOB_KIND = "document_batch"
#: More would be a file that no one opens: choose a shorter period.
MOST_DOCUMENTS = 3000
#: Seconds between two looks at what other workers render, and of waiting without any progress: long
#: enough for the lease of a worker that died to end.
PAUSE = 1.0
PATIENCE = 330.0


@dataclass(kw_only=True)
class Progress:
    """What a batch has come to, while its job runs."""

    #: Primary keys, in the order of the file.
    asked: list[int] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)


def request_batch(
    *,
    session: TrainingSession | None = None,
    month: dt.date | None = None,
    company: Company | None = None,
    output: str,
    writes_to_companies: bool = False,
    actor: User | None,
) -> DocumentBatch:
    """Ask for every document due in the scope; a job does it.

    `month`: any day of the month in which the sessions ended. Raises `DomainError`:
    `scope_required`, `nothing_due` when no completed session answers.
    """
    if session is None and month is None and company is None:
        raise DomainError(
            "Choisissez une session, un mois ou une entreprise.", code="scope_required"
        )
    draft = DocumentBatch(
        session=session,
        month=month.replace(day=1) if month else None,
        company=company,
        output=output,
        writes_to_companies=writes_to_companies,
        requested_by=actor,
    )
    if not sessions_of(draft).exists():
        raise DomainError(
            "Aucune session terminée ne correspond : les documents sont émis après la fin.",
            code="nothing_due",
        )
    with transaction.atomic():
        draft.save()
        draft.job = jobs.enqueue(task=TASK, kind=JOB_KIND, subject_id=str(draft.pk), actor=actor)
        draft.save(update_fields=["job"])
        journal.record(
            actor=actor, verb="document_batch.requested", subject=draft, session_id=draft.session_id
        )
    return draft


def title_of(batch: DocumentBatch) -> str:
    """« Session S-2026-01 », « Novembre 2026, Les Communs de l’Erdre »."""
    parts = [
        f"session {batch.session.code}" if batch.session else "",
        date_format(batch.month, "F Y") if batch.month else "",
        batch.company.name if batch.company else "",
    ]
    text = ", ".join(filter(None, parts))
    return text[:1].upper() + text[1:]


def sessions_of(batch: DocumentBatch) -> QuerySet[TrainingSession]:
    """The completed sessions of the scope, in order."""
    found = TrainingSession.objects.filter(state__in=DELIVERED_SESSION_STATES)
    if batch.session_id:
        found = found.filter(pk=batch.session_id)
    if batch.company_id:
        found = found.filter(
            pk__in=TrainingSession.objects.filter(enrolments__employer=batch.company_id).values(
                "pk"
            )
        )
    if batch.month:
        start = _midnight(batch.month)
        end = _midnight((batch.month + dt.timedelta(days=32)).replace(day=1))
        found = found.annotate(last_end=Max("half_days__ends_at")).filter(
            last_end__gte=start, last_end__lt=end
        )
    return found.select_related("programme_version__programme", "venue").order_by("code", "pk")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


# --- The job --------------------------------------------------------------------------------------


def run(job: Job) -> None:
    """Do what the batch of a job asks for; what is done already is not done again."""
    batch = DocumentBatch.objects.select_related("session", "company", "requested_by").get(
        pk=job.subject_id
    )
    if batch.finished_at is not None:
        return
    progress = _ask(batch, job)
    _draw(progress, job)
    found = _in_force(progress)
    stored = gathering.gather(batch.output, found) if found else None
    written = 0
    if batch.writes_to_companies:
        written, unsent = mailing.write_to_companies(batch=batch, documents=found)
        progress.failures.extend(unsent)
    try:
        _finish(batch, progress, gathered=len(found), written=written, stored=stored)
    except BaseException:
        if stored is not None:
            files.discard(stored.key)
        raise


def _ask(batch: DocumentBatch, job: Job) -> Progress:
    progress = Progress()
    for facts, item in _due(batch):
        if len(progress.asked) >= MOST_DOCUMENTS:
            raise DomainError(
                f"Plus de {MOST_DOCUMENTS} documents : choisissez une période plus courte.",
                code="too_many_documents",
            )
        what = ", ".join(filter(None, [item.title, item.session_code, item.about.person]))
        try:
            asked = requests.request_document(
                kind=item.kind, about=item.about, actor=batch.requested_by, facts=facts
            )
            if asked.state == DocumentState.FAILED:
                lifecycle.retry(document=asked, actor=batch.requested_by)
        except DomainError as error:
            progress.failures.append((what, error.message))
            continue
        except Exception as error:  # noqa: BLE001  one bad record does not stop the others
            progress.failures.append((what, f"Erreur inattendue ({type(error).__name__})."))
            continue
        progress.asked.append(asked.pk)
        if len(progress.asked) % 20 == 0:
            jobs.report_progress(job, done=0, total=len(progress.asked))
    jobs.report_progress(job, done=0, total=len(progress.asked))
    return progress


def _due(batch: DocumentBatch) -> Iterator[tuple[DocumentFacts, completion.DueDocument]]:
    for session in sessions_of(batch).iterator(chunk_size=50):
        facts = DocumentFacts(session)
        for item in completion.due(facts):
            # A company has what is about its own people, never the sheet of everybody.
            person = item.about.enrolment
            if batch.company_id and (person is None or person.employer_id != batch.company_id):
                continue
            yield facts, item


def _draw(progress: Progress, job: Job) -> None:
    """Render what waits, beside the other workers, until nothing does or nothing moves any more."""
    seen, moved_at = -1, time.monotonic()
    while True:
        waiting = _waiting(progress)
        for pk in waiting:
            if _draw_one(pk):
                moved_at = time.monotonic()
                done = len(progress.asked) - len(waiting) + waiting.index(pk) + 1
                jobs.report_progress(job, done=done)
        left = len(_waiting(progress))
        if left != seen:
            seen, moved_at = left, time.monotonic()
        jobs.report_progress(job, done=len(progress.asked) - left)
        if not left or time.monotonic() - moved_at > PATIENCE:
            return
        time.sleep(PAUSE)


def _waiting(progress: Progress) -> list[int]:
    return list(
        Document.objects.filter(pk__in=progress.asked, state=DocumentState.QUEUED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _draw_one(document_id: int) -> bool:
    """Take the job of a document, unless another worker has it; True when it was taken."""
    row = (
        Job.objects.filter(
            kind=lifecycle.JOB_KIND,
            subject_id=str(document_id),
            # Running, it may be that of a worker that died: its lease tells.
            state__in=[JobState.QUEUED, JobState.RUNNING],
        )
        .order_by("-pk")
        .first()
    )
    if row is None:
        return False
    with jobs.running(row.pk) as taken:
        if taken is not None:
            lifecycle.issue(
                document_id=document_id, is_last_attempt=taken.attempts >= jobs.MAX_ATTEMPTS
            )
    return taken is not None


def _in_force(progress: Progress) -> list[Document]:
    """What is in force in the end, in the order of the file; what is not is named."""
    rows = (
        Document.objects.select_related(
            "session", "enrolment__learner", "enrolment__employer", "enrolment__agreement"
        )
        .defer("context")
        .in_bulk(progress.asked)
    )
    found = []
    for pk in dict.fromkeys(progress.asked):
        document = rows[pk]
        if document.state == DocumentState.ISSUED:
            found.append(document)
        else:
            what = ", ".join(filter(None, [document.label, document.learner_name]))
            why = document.failure or f"{document.get_state_display()}."
            progress.failures.append((what, why))
    return found


def _finish(
    batch: DocumentBatch,
    progress: Progress,
    *,
    gathered: int,
    written: int,
    stored: gathering.GatheredFile | None,
) -> None:
    now = timezone.now()
    days = rules.rule("batch_file_days", on=timezone.localdate(now))
    batch.finished_at = now
    batch.gathered, batch.companies_written = gathered, written
    batch.failures = [list(pair) for pair in progress.failures]
    if stored is not None:
        batch.key, batch.name, batch.size = stored.key, stored.name, stored.size
        batch.expires_at = now + dt.timedelta(days=days)
    with transaction.atomic():
        batch.save()
        journal.record(
            actor=batch.requested_by,
            verb="document_batch.finished",
            subject=batch,
            session_id=batch.session_id,
            details={"documents": gathered, "failures": len(progress.failures)},
        )


# --- The file -------------------------------------------------------------------------------------


def retry(*, batch: DocumentBatch) -> None:
    """Take up again a batch whose job failed. Raises `DomainError` (`job_not_failed`)."""
    if batch.job is None or batch.job.state != JobState.FAILED:
        raise DomainError("Cette émission n’est pas en échec.", code="job_not_failed")
    jobs.retry(job=batch.job)


def open_file(*, batch: DocumentBatch, actor: User | None) -> File:
    """The gathered file, to be closed by the caller; each download is journaled.

    Raises `DomainError` (`batch_file_gone`).
    """
    is_kept = batch.expires_at is not None and batch.expires_at > timezone.now()
    content = private_files.opened(batch.key) if is_kept else None
    if content is None:
        raise DomainError(
            "Ce fichier n’est plus conservé : demandez une nouvelle émission groupée, rien ne sera "
            "émis deux fois.",
            code="batch_file_gone",
        )
    journal.record(
        actor=actor, verb="document_batch.downloaded", subject=batch, session_id=batch.session_id
    )
    return content


def erase_expired() -> int:
    """Erase the files that gathered documents, once their days are over; returns how many."""
    gathering.erase_forgotten_drafts()
    expired = list(
        DocumentBatch.objects.filter(~Q(key=""), expires_at__lte=timezone.now()).order_by("pk")
    )
    for batch in expired:
        files.discard(batch.key)
        batch.key = ""
        with transaction.atomic():
            batch.save(update_fields=["key"])
            journal.record(actor=None, verb="document_batch.erased", subject=batch)
    return len(expired)


def latest(count: int = 10) -> list[DocumentBatch]:
    """The last batches, newest first."""
    return list(
        DocumentBatch.objects.select_related("session", "company", "job", "requested_by").order_by(
            "-requested_at", "-pk"
        )[:count]
    )
