"""The file of a backup: a ZIP of the database and of the files, with the hash of each.

Whoever holds it holds everything: it is written for its owner alone (0600), and its name says
nothing but when it was made. The manifest comes last: an archive without one was never finished.
"""

import datetime as dt
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from core.exceptions import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
BLOCK = 1024 * 1024
#: What an archive may hold: the database, single files, folders of files.
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
SINGLE_FILES = ("secret_key", "demo")
FOLDERS = ("private", "media", "seal")


@dataclass
class Writer:
    """Adds files one by one, each with its hash, as they are read."""

    archive: zipfile.ZipFile
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, path: Path) -> None:
        """Copy a file. One that is gone meanwhile is left out; each name is taken once."""
        if name in self.files:
            return
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o600 << 16
        if name in DATABASES.values():
            info.compress_type = zipfile.ZIP_DEFLATED
        hashed, size = hashlib.sha256(), 0
        with source, self.archive.open(info, "w", force_zip64=True) as target:
            while block := source.read(BLOCK):
                hashed.update(block)
                size += len(block)
                target.write(block)
        self.files[name] = {"sha256": hashed.hexdigest(), "size": size}

    def add_folder(self, name: str, folder: Path, *, settled_before: float) -> None:
        """Copy every file below a folder that was last written before an instant (epoch, s).

        In the order of their names; symbolic links are left out.
        """
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or path.is_symlink():
                continue
            with suppress(FileNotFoundError):  # erased meanwhile
                if path.stat().st_mtime > settled_before:
                    continue
                self.add(f"{name}/{path.relative_to(folder).as_posix()}", path)


@contextmanager
def written(path: Path, facts: dict[str, Any]) -> Iterator[Writer]:
    """An archive under that name once the block has ended well; nothing of it otherwise."""
    draft = path.with_name(f"{path.name}.partial")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                writer = Writer(archive)
                yield writer
                manifest = {"format": FORMAT, **facts, "files": writer.files}
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive says of itself."""

    made_at: dt.datetime
    database: str
    migrations: list[str]
    key_mark: str
    files: dict[str, dict[str, Any]]

    @property
    def total_size(self) -> int:
        """Bytes once unfolded."""
        return sum(int(entry["size"]) for entry in self.files.values())


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive and what it says of itself. Raises `DomainError` (`backup_unreadable`)."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise _unreadable("elle ne s’ouvre pas, ou n’a jamais été finie") from error
    with archive:
        try:
            manifest = _manifest(json.loads(archive.read(MANIFEST)))
        except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
            raise _unreadable("son manifeste manque ou ne se lit pas") from error
        names = archive.namelist()
        if sorted(names) != sorted([*manifest.files, MANIFEST]):
            raise _unreadable("des fichiers manquent, ou sont en trop")
        for name in manifest.files:
            if not is_ours(name):
                raise _unreadable(f"elle contient « {name} »")
        yield archive, manifest


def unfolded(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """Every file of an archive below a folder, each compared with its hash.

    Raises `DomainError` (`backup_differs`) at the first that is not what was archived.
    """
    for name, expected in manifest.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        hashed = hashlib.sha256()
        try:
            with archive.open(name) as source, _private(target) as file:
                while block := source.read(BLOCK):
                    hashed.update(block)
                    file.write(block)
        except (zipfile.BadZipFile, EOFError) as error:
            raise _differs(name) from error
        if hashed.hexdigest() != expected["sha256"]:
            raise _differs(name)


def is_ours(name: str) -> bool:
    """Whether an archive of ours may hold a file of that name: no name leads out of its folder."""
    path = PurePosixPath(name)
    if path.as_posix() != name or path.is_absolute() or ".." in path.parts or "\\" in name:
        return False
    if len(path.parts) == 1:
        return name in SINGLE_FILES or name in DATABASES.values()
    return path.parts[0] in FOLDERS


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _manifest(said: dict[str, Any]) -> Manifest:
    if said["format"] != FORMAT:
        raise ValueError(said["format"])
    return Manifest(
        made_at=dt.datetime.fromisoformat(said["made_at"]),
        database=str(said["database"]),
        migrations=list(said["migrations"]),
        key_mark=str(said["key_mark"]),
        files=dict(said["files"]),
    )


def _unreadable(why: str) -> DomainError:
    return DomainError(f"Cette archive n’est pas utilisable : {why}.", code="backup_unreadable")


def _differs(name: str) -> DomainError:
    return DomainError(
        f"« {name} » n’est plus ce qui a été sauvegardé : prenez une autre archive.",
        code="backup_differs",
    )
