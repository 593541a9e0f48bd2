"""Checking, from a screen, that stored files are what was issued, and their seals what they say."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates.domain import files
from certificates.models import Document, IntegrityCheck
from training.domain import jobs, journal
from training.enums import JobState
from training.models import Job

TASK = "certificates.tasks.check_integrity"
JOB_KIND = "integrity_check"
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
            if under_way.job.state == JobState.FAILED:
                jobs.retry(job=under_way.job)
            return under_way
        check = IntegrityCheck.objects.create(requested_by=actor)
        check.job = jobs.enqueue(
            task=TASK,
            kind=JOB_KIND,
            subject_id=str(check.pk),
            actor=actor,
            total=files.count_to_verify(),
        )
        check.save(update_fields=["job"])
        journal.record(actor=actor, verb="integrity_check.requested", subject=check)
    return check


def run(job: Job) -> None:
    """Read every file, then write down what differs. Read again from the start after a crash."""
    check = IntegrityCheck.objects.select_related("requested_by").get(pk=job.subject_id)
    if check.finished_at is not None:
        return
    total = files.count_to_verify()
    jobs.report_progress(job, done=0, total=total)
    found = 0
    named: list[tuple[int, str]] = []
    for difference in files.verify_files(
        on_progress=lambda done: jobs.report_progress(job, done=done)
    ):
        found += 1
        if len(named) < MOST_NAMED:
            named.append((difference.document.pk, difference.sentence))
    jobs.report_progress(job, done=total)
    check.files_read, check.found, check.differences = total, found, named
    check.finished_at = timezone.now()
    with transaction.atomic():
        check.save(update_fields=["files_read", "found", "differences", "finished_at"])
        journal.record(
            actor=check.requested_by,
            verb="integrity_check.finished",
            subject=check,
            details={"files": total, "count": found},
        )


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
