"""A backup tried: restored in a folder of its own, checked, and thrown away.

By the very command that would restore it, in another process: nothing of the site is touched.
"""

import datetime as dt
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.exceptions import DomainError
from operations.domain.backups import databases, making
from operations.enums import BackupRunKind
from operations.models import BackupRun

#: Tried once a week; the night after a failure, once more.
EACH = dt.timedelta(days=6, hours=20)
AFTER_A_FAILURE = dt.timedelta(hours=20)
SCRATCH = "essai_de_restauration"


def try_restoring(path: Path) -> BackupRun:
    """Restore a backup elsewhere and check it; what became of it is kept. Raises `DomainError`."""
    run = BackupRun(kind=BackupRunKind.TRIED, started_at=timezone.now(), archive=path.name)
    run.size = path.stat().st_size if path.exists() else 0
    failure = ""
    try:
        said = _restored_elsewhere(path)
    except DomainError as error:
        failure = error.message
    else:
        if said.returncode:
            failure = said.stderr.strip() or said.stdout.strip() or f"code {said.returncode}"
    run.failure, run.finished_at = failure[-2000:], timezone.now()
    run.save()
    if failure:
        raise DomainError(f"{path.name} ne se restaure pas : {failure}", code="backup_untrue")
    return run


def try_if_due(*, now: dt.datetime | None = None) -> BackupRun | None:
    """Try the last backup, if none was tried for a week. Idempotent."""
    now = now or timezone.now()
    found = making.kept_in(settings.BACKUP_DIR)
    last = last_tried()
    patience = AFTER_A_FAILURE if last and last.failure else EACH
    if not found or (last and now - last.finished_at < patience):
        return None
    return try_restoring(found[-1])


def last_tried() -> BackupRun | None:
    """The last try, whatever came of it."""
    return BackupRun.objects.filter(kind=BackupRunKind.TRIED).first()


def _restored_elsewhere(path: Path) -> subprocess.CompletedProcess[str]:
    settings.BACKUP_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        tempfile.TemporaryDirectory(dir=settings.BACKUP_DIR, prefix=".essai-") as folder,
        _scratch_database() as url,
    ):
        environment = {
            **os.environ,
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": settings.SECRET_KEY,
        }
        # What would lead out of that folder.
        for name in ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL", "BACKUP_DIR"):
            environment.pop(name, None)
        if url:
            environment["DATABASE_URL"] = url
        return subprocess.run(  # noqa: S603  our own command
            [sys.executable, "manage.py", "restore", str(path.resolve())],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def _scratch_database() -> Iterator[str]:
    """The URL of an empty database for the length of the block; empty with SQLite, a file."""
    if connection.vendor == "sqlite":
        yield ""
        return
    said = {**connection.settings_dict, "NAME": "postgres"}
    name = f"{SCRATCH}_{os.getpid()}"
    databases.run_postgres("psql", "-qc", f'CREATE DATABASE "{name}"', settings=said)
    try:
        user, password = quote(said["USER"], safe=""), quote(said["PASSWORD"], safe="")
        host = quote(said["HOST"] or "localhost", safe="")
        yield f"postgres://{user}:{password}@{host}:{said['PORT'] or 5432}/{name}"
    finally:
        databases.run_postgres("psql", "-qc", f'DROP DATABASE "{name}"', settings=said)
