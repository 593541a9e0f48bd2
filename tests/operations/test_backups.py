"""Backups: whole, private, refused when they are not, put back where there is nothing."""

import contextlib
import datetime as dt
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from attendance.models import AttendanceEvent
from certificates.models import DocumentFile
from core.domain import journal
from core.exceptions import DomainError
from core.models import JournalEntry
from operations.domain.backups import archive, making, restoring, standing, trying
from operations.enums import BackupRunKind
from operations.models import BackupRun
from tests.cast import Actor
from tests.certificates.sessions import completed_session, issued_document
from tests.factories import UserFactory

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """An empty installation's folders, and where its backups go."""
    settings.DATA_DIR = tmp_path / "data"
    settings.PRIVATE_ROOT = settings.DATA_DIR / "private"
    settings.MEDIA_ROOT = settings.DATA_DIR / "media"
    settings.BACKUP_DIR = tmp_path / "backups"
    private = {**settings.STORAGES["private"]}
    private["OPTIONS"] = {**private["OPTIONS"], "location": settings.PRIVATE_ROOT}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    settings.DATA_DIR.mkdir(mode=0o700)
    (settings.DATA_DIR / "secret_key").write_text("a" * 40)
    return Path(settings.BACKUP_DIR)


@pytest.fixture
def archived(folder: Path, transactional_db: None) -> Path:
    """A backup of a site where people signed and a certificate was issued."""
    session = completed_session(people=2)
    for enrolment in session.enrolments.order_by("pk"):
        issued_document(enrolment)
    storages["private"].save("paper/scan", ContentFile(b"a scan"))
    storages["default"].save("documents/charte.pdf", ContentFile(b"%PDF-1.7"))
    return folder / making.back_up(folder).archive


def changed(path: Path, name: str, content: bytes, *, says_so: bool) -> Path:
    """A copy of an archive where one file is another; its manifest says so or not."""
    copy = path.with_name("sauvegarde-20200101T000000Z.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for item in source.namelist():
            kept = content if item == name else source.read(item)
            if item == archive.MANIFEST and says_so:
                said = json.loads(kept)
                said["files"][name] = {
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                }
                kept = json.dumps(said).encode()
            target.writestr(item, kept)
    return copy


# --- Made -----------------------------------------------------------------------------------------


def test_a_backup_holds_everything_and_is_for_its_owner_alone(archived: Path) -> None:
    assert archived.stat().st_mode & 0o777 == 0o600
    assert archived.parent.stat().st_mode & 0o777 == 0o700
    with archive.opened(archived) as (content, manifest):
        names = set(manifest.files)
        assert {"secret_key", "private/paper/scan", "media/documents/charte.pdf"} <= names
        assert archive.DATABASES[connection.vendor] in names
        assert {f"private/{row.key}" for row in DocumentFile.objects.all()} <= names
        for name, entry in manifest.files.items():
            assert hashlib.sha256(content.read(name)).hexdigest() == entry["sha256"]
    run = BackupRun.objects.get()
    assert (run.kind, run.failure, run.files) == (BackupRunKind.MADE, "", len(names))
    assert run.size == archived.stat().st_size
    assert sorted(path.name for path in archived.parent.iterdir()) == [archived.name]


def test_a_file_erased_while_the_database_is_copied_is_in_the_backup(
    folder: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = making.folders()["private"] / "old", making.folders()["private"] / "new"
    old.parent.mkdir()
    old.write_bytes(b"old")
    os.utime(old, (1, 1))

    def copy(path: Path) -> None:
        path.write_bytes(b"the database")
        old.unlink()
        new.write_bytes(b"new")

    monkeypatch.setattr(making.databases, "copy_to", copy)
    with archive.opened(folder / making.back_up(folder).archive) as (content, _manifest):
        assert content.read("private/old") == b"old"
        assert content.read("private/new") == b"new"


def test_a_failed_backup_leaves_nothing_and_is_noted(
    folder: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making.databases, "copy_to", full)
    with pytest.raises(DomainError, match="No space left"):
        making.back_up(folder)
    assert list(folder.iterdir()) == []
    assert "No space left" in BackupRun.objects.get().failure


@pytest.mark.django_db
def test_a_backup_without_room_is_refused_before_it_is_begun(folder: Path, settings: Any) -> None:
    settings.DISK_FLOOR = 10**18
    with pytest.raises(DomainError) as refused:
        making.back_up(folder)
    assert refused.value.code == "backup_no_room"
    assert list(folder.iterdir()) == []


# --- Restored -------------------------------------------------------------------------------------


@contextlib.contextmanager
def busy_site() -> Iterator[None]:
    """People write in the database as long as the block lasts, a file before each row."""
    begun, over = threading.Event(), threading.Event()

    def write() -> None:
        user = UserFactory()
        while not over.is_set():
            key = storages["private"].save("busy/file", ContentFile(b"written"))
            journal.record(actor=user, verb="complaint.received", subject=user, details={"k": key})
            begun.set()
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert begun.wait(timeout=60)  # seconds
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.concurrency
def test_a_backup_made_while_people_write_restores_whole_with_its_chains_and_documents(
    archived: Path, tmp_path: Path
) -> None:
    with busy_site():
        run = making.back_up(archived.parent)
    path = archived.parent / run.archive
    tried = trying.try_restoring(path)
    assert (tried.kind, tried.failure, tried.archive) == (BackupRunKind.TRIED, "", path.name)
    if connection.vendor != "sqlite":
        return
    said = restored(path, tmp_path / "new")
    assert said.returncode == 0, said.stderr
    assert "Aucune rupture" in said.stdout
    with contextlib.closing(sqlite3.connect(tmp_path / "new/db.sqlite3")) as copy:
        (events,) = copy.execute("SELECT count(*) FROM attendance_attendanceevent").fetchone()
        details = copy.execute(
            "SELECT data FROM core_journalentrydetails JOIN core_journalentry entry"
            " ON entry.id = entry_id WHERE verb = 'complaint.received'"
        ).fetchall()
    assert events == AttendanceEvent.objects.count() > 0
    assert 0 < len(details) <= JournalEntry.objects.filter(verb="complaint.received").count()
    for (row,) in details:
        assert (tmp_path / "new/private" / json.loads(row)["k"]).read_bytes() == b"written"
    assert (tmp_path / "new/secret_key").read_text() == "a" * 40
    assert (tmp_path / "new/private/paper/scan").stat().st_mode & 0o777 == 0o600
    again = restored(path, tmp_path / "new")
    assert again.returncode == 1
    assert "une restauration n’écrase rien" in again.stderr


def restored(path: Path, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "manage.py", "restore", str(path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_document_that_is_no_longer_what_was_issued_is_found(archived: Path) -> None:
    key = DocumentFile.objects.order_by("pk")[0].key
    forged = changed(archived, f"private/{key}", b"%PDF-1.7 forged", says_so=True)
    with pytest.raises(DomainError, match="Les documents"):
        trying.try_restoring(forged)
    assert "Les documents" in (trying.last_tried() or BackupRun()).failure


def test_a_file_that_is_not_what_was_archived_is_refused(archived: Path, tmp_path: Path) -> None:
    forged = changed(archived, "private/paper/scan", b"another", says_so=False)
    with archive.opened(forged) as (content, manifest), pytest.raises(DomainError) as refused:
        archive.unfolded(content, manifest, tmp_path / "unfolded")
    assert refused.value.code == "backup_differs"


def test_an_archive_that_was_cut_is_refused(archived: Path) -> None:
    cut = archived.with_name("sauvegarde-20200101T000000Z.zip")
    cut.write_bytes(archived.read_bytes()[:-200])
    with pytest.raises(DomainError) as refused, archive.opened(cut):
        pass
    assert refused.value.code == "backup_unreadable"


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "private/../../evil", "evil", "private\\..\\evil", "./secret_key"],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / "sauvegarde-20200101T000000Z.zip"
    said = {
        "format": archive.FORMAT,
        "made_at": "2026-01-01T00:00:00+00:00",
        "database": "sqlite",
        "migrations": [],
        "key_mark": "",
        "files": {name: {"sha256": "", "size": 0}},
    }
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(name, b"")
        made.writestr(archive.MANIFEST, json.dumps(said))
    assert not archive.is_ours(name)
    with pytest.raises(DomainError) as refused, archive.opened(path):
        pass
    assert refused.value.code == "backup_unreadable"


def test_where_there_is_something_nothing_is_restored(archived: Path) -> None:
    with pytest.raises(DomainError) as refused:
        restoring.restore(archived, say=print)
    assert refused.value.code == "restore_not_empty"
    assert DocumentFile.objects.exists()


# --- Each night -----------------------------------------------------------------------------------


def at(day: int, hour: int) -> dt.datetime:
    """An hour of Paris, in November 2030."""
    return dt.datetime(2030, 11, day, hour, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, folder: Path, db: None) -> list[Path]:
    """The backups that were asked for; none is really made."""
    asked: list[Path] = []

    def note(where: Path) -> BackupRun:
        asked.append(where)
        return BackupRun(kind=BackupRunKind.MADE)

    monkeypatch.setattr(making, "back_up", note)
    monkeypatch.setattr(making, "installed_at", lambda: at(1, 15))
    return asked


def last(kind: BackupRunKind, when: dt.datetime, **values: Any) -> BackupRun:
    return BackupRun.objects.create(kind=kind, started_at=when, finished_at=when, **values)


def test_the_first_backup_is_made_the_first_night(made: list[Path], folder: Path) -> None:
    assert making.back_up_if_due(now=at(1, 16)) is None
    assert making.back_up_if_due(now=at(2, 2)) is not None
    assert made == [folder]


@pytest.mark.parametrize(
    ("now", "is_made"),
    [
        (at(5, 3), False),  # the same night
        (at(5, 14), False),
        (at(6, 1), True),  # the next night
        (at(6, 6), False),
        (at(6, 10), True),  # the night was missed
        (at(9, 15), True),
    ],
)
def test_a_night_that_was_missed_is_made_up_for(
    made: list[Path], now: dt.datetime, is_made: bool
) -> None:
    last(BackupRunKind.MADE, at(5, 2))
    assert bool(making.back_up_if_due(now=now)) is is_made


def test_a_failure_is_tried_again(made: list[Path]) -> None:
    last(BackupRunKind.MADE, at(5, 2))
    last(BackupRunKind.MADE, at(6, 2), failure="Plus de place.")
    assert making.back_up_if_due(now=at(6, 3)) is not None


def test_old_backups_go_and_the_last_one_stays(folder: Path, settings: Any) -> None:
    folder.mkdir()
    settings.BACKUP_KEEP_DAYS = 14
    names = [f"sauvegarde-2030110{day}T010000Z.zip" for day in (1, 2, 3)]
    for name in [*names, "autre.zip", "sauvegarde-photo.zip"]:
        (folder / name).write_bytes(b"")
    removed = making.remove_old(folder, now=at(17, 1))
    assert [path.name for path in removed] == names[:2]
    making.remove_old(folder, now=at(30, 1))
    assert {path.name for path in folder.iterdir()} == {
        names[2],
        "autre.zip",
        "sauvegarde-photo.zip",
    }


@pytest.mark.django_db
def test_a_backup_is_tried_each_week_and_the_day_after_a_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "try_restoring", lambda path: BackupRun(archive=path.name))
    assert trying.try_if_due(now=at(5, 4)) is None  # nothing to try
    folder.mkdir()
    (folder / "sauvegarde-20301104T010000Z.zip").write_bytes(b"")
    assert trying.try_if_due(now=at(5, 4)) is not None
    tried = last(BackupRunKind.TRIED, at(5, 4))
    assert trying.try_if_due(now=at(8, 4)) is None
    assert trying.try_if_due(now=at(12, 4)) is not None
    BackupRun.objects.filter(pk=tried.pk).update(failure="Non.")
    assert trying.try_if_due(now=at(6, 4)) is not None


# --- What staff read ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_home_page_says_when_the_last_backup_was_made_and_tried(
    direction: Actor, editor: Actor, folder: Path
) -> None:
    now = timezone.now()
    last(BackupRunKind.MADE, now - dt.timedelta(hours=47), size=3 * 1024**2, archive="a.zip")
    last(BackupRunKind.TRIED, now - dt.timedelta(days=7))
    page = direction.get("/gestion/").content.decode()
    assert "Dernière sauvegarde" in page
    assert "3,0 Mo" in page
    assert ": réussi." in page
    assert "En retard." not in page
    assert "BACKUP_DIR" in page  # beside the data
    BackupRun.objects.update(finished_at=now - dt.timedelta(hours=49))
    assert "En retard." in direction.get("/gestion/").content.decode()
    assert "Dernière sauvegarde" not in editor.get("/gestion/").content.decode()


@pytest.mark.django_db
def test_backups_that_fail_are_late_and_say_why(folder: Path) -> None:
    now = timezone.now()
    made, tried = standing.lines(now=now)
    assert (made.is_late, tried.is_late) == (False, False)
    made, tried = standing.lines(now=now + dt.timedelta(days=9))
    assert (made.is_late, tried.is_late) == (True, True)
    last(BackupRunKind.MADE, now, failure="Plus de place.")
    last(BackupRunKind.TRIED, now, failure="Un fichier manque.")
    made, tried = standing.lines(now=now)
    assert "Plus de place." in made.sentence
    assert (tried.is_late, "Un fichier manque." in tried.sentence) == (True, True)
