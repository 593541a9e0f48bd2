"""A backup made while the site runs, at once or each night; which ones are kept."""

import datetime as dt
import math
import os
import shutil
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.exceptions import DomainError
from operations.domain.backups import archive, databases
from operations.enums import BackupRunKind
from operations.models import BackupRun

NAME = "sauvegarde-%Y%m%dT%H%M%SZ.zip"
#: Nothing is due sooner after the last one, so that one is made each night.
FRESH = dt.timedelta(hours=20)
#: Beyond that, one is made at any hour: the machine was off, or nothing ran at night.
OVERDUE = dt.timedelta(hours=30)
#: Seconds after which a file that no one writes any more is whole.
SETTLED = 60
NIGHT = range(1, 6)  # hours of Paris


def back_up(folder: Path) -> BackupRun:
    """Write a backup in a folder, and what became of it in the database.

    Order matters: the files first, but for those of this minute, which may still be written; then
    the database as it is at that moment; then the other files. Whatever the database names was
    there, whole, before it was named, so that it is in the archive, even if it is erased meanwhile;
    a file that no row names yet does no harm. Raises `DomainError`: `backup_database`,
    `backup_folder`, `backup_no_room`.
    """
    run = BackupRun(kind=BackupRunKind.MADE, started_at=timezone.now())
    try:
        path = _write(folder, run)
    except DomainError as error:
        _note(run, failure=error.message)
        raise
    except OSError as error:
        refusal = DomainError(
            f"La sauvegarde ne peut pas être écrite : {error.strerror}.", code="backup_folder"
        )
        _note(run, failure=refusal.message)
        raise refusal from error
    run.size = path.stat().st_size
    _note(run)
    return run


def back_up_if_due(*, now: dt.datetime | None = None) -> BackupRun | None:
    """The backup of the night, in the folder of the settings; older ones go. Idempotent."""
    now = now or timezone.now()
    last = last_made()
    since = now - last.finished_at if last else now - installed_at()
    is_night = timezone.localtime(now).hour in NIGHT
    if since < FRESH and last or (since < OVERDUE and not is_night):
        return None
    run = back_up(settings.BACKUP_DIR)
    remove_old(settings.BACKUP_DIR, now=now)
    return run


def remove_old(folder: Path, *, now: dt.datetime) -> list[Path]:
    """Erase the backups that are too old, never the last one. Nothing else of the folder."""
    found = kept_in(folder)
    limit = now - dt.timedelta(days=settings.BACKUP_KEEP_DAYS)
    old = [path for path in found[:-1] if (made_at(path) or now) < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def kept_in(folder: Path) -> list[Path]:
    """The backups of a folder, the oldest first."""
    return sorted(path for path in folder.glob("sauvegarde-*.zip") if made_at(path))


def made_at(path: Path) -> dt.datetime | None:
    """When a backup was made, as its name says; None for another file."""
    try:
        return dt.datetime.strptime(path.name, NAME).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def last_made() -> BackupRun | None:
    """The last backup that went well."""
    return BackupRun.objects.filter(kind=BackupRunKind.MADE, failure="").first()


def installed_at() -> dt.datetime:
    """When the database was made: nothing is late before there was anything to keep."""
    first = MigrationRecorder(connection).migration_qs.order_by("applied").first()
    return first.applied if first else timezone.now()


def key_mark() -> str:
    """What tells two secret keys apart, and gives neither."""
    return salted_hmac("operations.backups.key", "mark", algorithm="sha256").hexdigest()[:16]


def _write(folder: Path, run: BackupRun) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _refuse_without_room(folder)
    path = _free_path(folder)
    run.archive = path.name
    facts = {
        "made_at": run.started_at.isoformat(),
        "database": connection.vendor,
        "migrations": sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        ),
        "key_mark": key_mark(),
    }
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".copie-") as copies,
        archive.written(path, facts) as writer,
    ):
        _add_files(writer, settled_before=time.time() - SETTLED)
        name = archive.DATABASES[connection.vendor]
        copy = Path(copies) / name
        databases.copy_to(copy)
        writer.add(name, copy)
        _add_files(writer)
        run.files = len(writer.files)
    return path


def _add_files(writer: archive.Writer, *, settled_before: float = math.inf) -> None:
    for name, folder in folders().items():
        writer.add_folder(name, folder, settled_before=settled_before)
    for name in archive.SINGLE_FILES:
        writer.add(name, Path(settings.DATA_DIR) / name)


def folders() -> dict[str, Path]:
    """Where the files of each folder of an archive come from, and go back to."""
    return {
        "private": Path(settings.PRIVATE_ROOT),
        "media": Path(settings.MEDIA_ROOT),
        "seal": Path(settings.DATA_DIR) / "seal",
    }


def _free_path(folder: Path) -> Path:
    while True:
        path = folder / timezone.now().astimezone(dt.UTC).strftime(NAME)
        if not path.exists():
            return path
        time.sleep(0.2)  # names tell seconds apart


def _refuse_without_room(folder: Path) -> None:
    needed = sum(
        path.stat().st_size
        for root in folders().values()
        for path in root.rglob("*")
        if path.is_file()
    )
    if connection.vendor == "sqlite" and os.path.exists(connection.settings_dict["NAME"]):
        needed += 2 * Path(connection.settings_dict["NAME"]).stat().st_size
    if shutil.disk_usage(folder).free < needed + settings.DISK_FLOOR:
        raise DomainError(
            "Il n’y a pas assez de place pour une sauvegarde de plus : libérez-en, ou choisissez "
            "un autre dossier (BACKUP_DIR).",
            code="backup_no_room",
        )


def _note(run: BackupRun, *, failure: str = "") -> None:
    run.failure, run.finished_at = failure, timezone.now()
    run.save()
