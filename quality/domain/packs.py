"""The life of an audit pack: asked for, built by a job, fetched for some days, then erased."""

import datetime as dt
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain import jobs, journal, private_files
from core.domain.transitions import change_state
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job, Organisation
from quality.domain import referential
from quality.domain.pack.builder import BuildResult, build
from quality.domain.pack.selection import Selection, resolve
from quality.enums import PackState
from quality.models import AuditPack

BUILD_TASK = "quality.tasks.build_audit_pack"
JOB_KIND = "audit_pack"
#: A pack holds personal data: it does not stay longer than it takes to fetch it.
KEPT_FOR = dt.timedelta(days=7)
#: No build lasts so long: a draft of that age belongs to no one.
DRAFT_PATIENCE = dt.timedelta(days=1)


def selection_for(
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    codes: tuple[str, ...] = (),
    referential_id: str = "",
) -> Selection:
    """A selection read with the grid in force today (that of an audit held today), or another."""
    grid = referential_id or referential.in_force(timezone.localdate()).id
    return Selection(referential_id=grid, start=start, end=end, codes=tuple(dict.fromkeys(codes)))


def request_pack(*, selection: Selection, actor: User | None) -> AuditPack:
    """Ask for a pack; a job builds it. Raises the errors of `selection.resolve`."""
    ids = resolve(selection)
    alone = ids[0] if len(ids) == 1 else None
    with transaction.atomic():
        pack = AuditPack.objects.create(
            filters=selection.as_filters(),
            scope=selection.sentence[:500],
            referential=selection.referential_id,
            requested_by=actor,
        )
        pack.job = jobs.enqueue(
            task=BUILD_TASK,
            kind=JOB_KIND,
            subject_id=str(pack.pk),
            arguments={"pack": pack.pk},
            actor=actor,
            total=len(ids),
        )
        pack.save(update_fields=["job"])
        journal.record(
            actor=actor,
            verb="audit_pack.requested",
            subject=pack,
            session_id=alone,
        )
    return pack


def build_for_job(job: Job) -> None:
    """Build the pack that the job is about; one that is built already stays as it is."""
    pack = AuditPack.objects.get(pk=job.arguments["pack"])
    if pack.state != PackState.REQUESTED:
        return

    def report(done: int, total: int) -> None:
        jobs.report_progress(job, done=done, total=total)

    selection = Selection.from_filters(pack.filters)
    now = timezone.now()
    with drafted(_drafts()) as draft:
        result = build(draft, selection, at=now, on_progress=report)
        size = draft.tell()
        draft.flush()
        key = storages["private"].save(f"audit-packs/{uuid.uuid4()}.zip", draft)
    try:
        _set_ready(pack, result, key=key, size=size, at=now)
    except Exception:
        storages["private"].delete(key)
        raise


def _drafts() -> Path:
    return Path(settings.DATA_DIR) / "drafts"


class _Draft(File):
    """A finished draft that the storage of files may move into place instead of copying it."""

    def temporary_file_path(self) -> str:
        """Where the draft is."""
        return str(self.name)


@contextmanager
def drafted(folder: Path) -> Iterator[Any]:
    """A file in the folder, that the caller fills and moves; what is left of it is erased."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as stream:
        path = Path(stream.name)
        try:
            yield _Draft(stream, name=stream.name)
        finally:
            path.unlink(missing_ok=True)


def _set_ready(
    pack: AuditPack, result: BuildResult, *, key: str, size: int, at: dt.datetime
) -> None:
    now = timezone.now()
    change_state(
        row=pack,
        to=PackState.READY,
        actor=pack.requested_by,
        verb="audit_pack.built",
        stamps={
            "ready_at": now,
            "expires_at": now + KEPT_FOR,
            "manifest_sha256": result.manifest_sha256,
            "counts": result.counts,
            "key": key,
            "size": size,
            "name": f"{result.root}_{at:%Y-%m-%dT%H%MZ}.zip",
        },
    )


def retry(*, pack: AuditPack) -> None:
    """Build again a pack whose job failed. Raises `DomainError` (`job_not_failed`)."""
    if pack.job is None or pack.job.state != JobState.FAILED:
        raise DomainError("Ce dossier n’est pas en échec.", code="job_not_failed")
    jobs.retry(job=pack.job)


def open_pack(*, pack: AuditPack, actor: User | None) -> File:
    """The file of a pack, to be closed by the caller; each download is journaled.

    Raises `DomainError`: `pack_not_ready`, `pack_expired`.
    """
    if pack.state == PackState.REQUESTED:
        raise DomainError("Ce dossier n’est pas encore prêt.", code="pack_not_ready")
    is_kept = (
        pack.state != PackState.EXPIRED
        and pack.expires_at is not None
        and pack.expires_at > timezone.now()
    )
    content = private_files.opened(pack.key) if is_kept else None
    if content is None:
        raise DomainError(
            "Ce dossier n’est plus disponible : préparez-en un nouveau.", code="pack_expired"
        )
    journal.record(actor=actor, verb="audit_pack.downloaded", subject=pack)
    return content


def erase_expired() -> int:
    """Erase the files of the packs whose link has expired; returns how many."""
    expired = list(
        AuditPack.objects.filter(state=PackState.READY, expires_at__lte=timezone.now()).order_by(
            "pk"
        )
    )
    for pack in expired:
        key = pack.key
        change_state(
            row=pack,
            to=PackState.EXPIRED,
            actor=None,
            verb="audit_pack.expired",
            stamps={"key": ""},
        )
        storages["private"].delete(key)
    _erase_forgotten_drafts()
    return len(expired)


def _erase_forgotten_drafts() -> None:
    """A worker that was killed leaves its draft behind, with the personal data in it."""
    oldest = (timezone.now() - DRAFT_PATIENCE).timestamp()
    for path in _drafts().glob("*.zip"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def export(*, selection: Selection, output: Path) -> BuildResult:
    """Build a pack straight into a file, whole or not at all; the journal says so.

    Raises the errors of `selection.resolve`, and OSError when the file cannot be written.
    """
    with drafted(output.parent) as draft:
        result = build(draft, selection, at=timezone.now())
        draft.flush()
        Path(draft.name).replace(output)
    output.chmod(0o600)
    journal.record(
        actor=None,
        verb="audit_pack.exported",
        subject=Organisation.load(),
        details={"scope": selection.sentence, "manifest_sha256": result.manifest_sha256},
    )
    return result
