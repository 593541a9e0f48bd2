"""Checking, from a screen or each week, that all evidence is what was recorded and published."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEvent
from certificates.domain.files import read
from certificates.domain.sealing import integrity
from certificates.models import Document, DocumentFile, DocumentSeal, IntegrityCheck
from core.domain import jobs, journal
from core.enums import JobState
from core.models import Job
from core.registry import evidence_faults
from training.models import TrainingSession

TASK = "certificates.tasks.check_integrity"
JOB_KIND = "integrity_check"
#: Between two checks that start by themselves: a week, but for the hours of the night.
EVERY = dt.timedelta(days=6, hours=12)
#: Differences named on the page; the command names them all.
MOST_NAMED = 500


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A document whose stored file or seal is not what it should be."""

    document: Document
    sentence: str


def request_check(*, actor: User | None) -> IntegrityCheck:
    """Start reading every stored file again; the check under way, if any, is the one returned.

    One that stopped on an error starts anew.
    """
    with transaction.atomic():
        under_way = (
            IntegrityCheck.objects.select_for_update(of=("self",))
            .filter(finished_at__isnull=True)
            .select_related("job")
            .first()
        )
        if under_way is not None:
            if under_way.job is not None and under_way.job.state == JobState.FAILED:
                jobs.retry(job=under_way.job)
            return under_way
        check = IntegrityCheck.objects.create(requested_by=actor)
        check.job = jobs.enqueue(
            task=TASK,
            kind=JOB_KIND,
            subject_id=str(check.pk),
            actor=actor,
            total=integrity.count_to_verify() + _sessions_with_a_chain().count(),
        )
        check.save(update_fields=["job"])
        journal.record(actor=actor, verb="integrity_check.requested", subject=check)
    return check


def request_weekly(*, at: dt.datetime) -> IntegrityCheck | None:
    """Start a check when none was asked for in the last days; None when one was.

    Asked each night, so that a night without a worker only delays it.
    """
    if IntegrityCheck.objects.filter(requested_at__gt=at - EVERY).exists():
        return None
    return request_check(actor=None)


def run(job: Job) -> None:
    """Read every file, then write down what differs. Read again from the start after a crash."""
    check = IntegrityCheck.objects.select_related("requested_by").get(pk=job.subject_id)
    if check.finished_at is not None:
        return
    files, sessions = integrity.count_to_verify(), _sessions_with_a_chain()
    total = files + sessions.count()
    jobs.report_progress(job, done=0, total=total)
    found = 0
    named: list[tuple[int, str]] = []
    for difference in integrity.verify_files(
        on_progress=lambda done: jobs.report_progress(job, done=done)
    ):
        found += 1
        if len(named) < MOST_NAMED:
            named.append((difference.document.pk, difference.sentence))
    faults = evidence_faults()
    for rank, session in enumerate(sessions.iterator(chunk_size=200), start=1):
        report = verify_chain(session=session)
        if not report.ok:
            faults.append(report.message.removesuffix("."))
        if rank % PROGRESS_STEP == 0:
            jobs.report_progress(job, done=files + rank)
    jobs.report_progress(job, done=total)
    check.files_read, check.found, check.differences = files, found + len(faults), named
    check.chains_read, check.evidence_faults = total - files, faults[:MOST_NAMED]
    check.finished_at = timezone.now()
    with transaction.atomic():
        check.save()
        journal.record(
            actor=check.requested_by,
            verb="integrity_check.finished",
            subject=check,
            details={"files": files, "count": check.found},
        )


def _sessions_with_a_chain() -> QuerySet[TrainingSession]:
    events = AttendanceEvent.objects.filter(session=OuterRef("pk"))
    return TrainingSession.objects.filter(Exists(events)).order_by("code")


def differences_of(check: IntegrityCheck) -> list[Difference]:
    """What a check named, with the documents, in the order in which it read them."""
    documents = Document.objects.select_related("session", "agreement").in_bulk(
        [pk for pk, _sentence in check.differences]
    )
    return [
        Difference(document=documents[pk], sentence=sentence)
        for pk, sentence in check.differences
        if pk in documents
    ]


def latest() -> list[IntegrityCheck]:
    """The last checks, newest first."""
    return list(IntegrityCheck.objects.select_related("job", "requested_by")[:20])


#: Files read between two reports of progress.
PROGRESS_STEP = 50


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """A stored file that is not what was issued."""

    document: Document
    sentence: str


def verify_files(on_progress: Callable[[int], None] | None = None) -> Iterator[Discrepancy]:
    """Read every stored file again; yield those that are missing, changed, or whose seal is not.

    `on_progress` receives, now and then, how many files were read.
    """
    rows = _kept().select_related("document__session", "seal").order_by("pk")
    checked: dict[tuple[str, str, str], str] = {}
    for rank, row in enumerate(rows.iterator(chunk_size=500), start=1):
        seal: DocumentSeal | None = getattr(row, "seal", None)
        fingerprint = seal.fingerprint if seal else ""
        # Several rows of a measurement share one file.
        known = (row.key, row.sha256, fingerprint)
        if known not in checked:
            checked[known] = _fault(*known)
        if checked[known]:
            yield Discrepancy(document=row.document, sentence=checked[known])
        if on_progress is not None and rank % PROGRESS_STEP == 0:
            on_progress(rank)


def count_to_verify() -> int:
    """How many files `verify_files` reads."""
    return _kept().count()


def _kept() -> QuerySet[DocumentFile]:
    return DocumentFile.objects.filter(document__purged_at__isnull=True)


def _fault(key: str, sha256: str, fingerprint: str) -> str:
    """What is wrong with a stored file; empty when nothing is."""
    if not storages["private"].exists(key):
        return "le fichier manque"
    content = read(key)
    if hashlib.sha256(content).hexdigest() != sha256:
        return "le fichier a changé"
    if not fingerprint:
        return ""
    from certificates.domain.sealing import pades  # noqa: PLC0415  slow: sealing.keys

    return pades.check(content, fingerprint=fingerprint).sentence
