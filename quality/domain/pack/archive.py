"""The ZIP itself: files go in one after the other, hashed on the way, nothing kept in memory."""

import datetime as dt
import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from django.utils import timezone

CHUNK = 256 * 1024
#: The ZIP format knows no earlier day.
EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
#: Compressed already: stored as they are, which costs no time.
STORED_MIMES = frozenset({"application/pdf", "image/png", "image/jpeg", "application/zip"})

#: What the files of the pack are.
JSON, JSONL, TEXT, HTML, PDF = (
    "application/json",
    "application/jsonl",
    "text/plain; charset=utf-8",
    "text/html; charset=utf-8",
    "application/pdf",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a file of the pack proves: for the indexes."""

    title: str
    indicators: tuple[int, ...] = ()
    session: str = ""
    person: str = ""
    author: str = ""
    version: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file written to the pack. `path` is relative to the root folder."""

    path: str
    size: int
    sha256: str
    mime: str
    source: str
    created: dt.datetime
    evidence: Evidence


class PackArchive:
    """Writes the pack to a stream that can seek; `entries` lists what was written, in order."""

    def __init__(self, stream: IO[bytes], *, root: str) -> None:
        self._zip = zipfile.ZipFile(stream, "w", allowZip64=True)
        self._paths: set[str] = set()
        self.root = root
        self.entries: list[Entry] = []
        self.latest = EARLIEST

    def __enter__(self) -> "PackArchive":
        return self

    def __exit__(self, *_error: object) -> None:
        """Write the directory of the ZIP."""
        self._zip.close()

    def holds(self, path: str) -> bool:
        """Whether a file of that path was written already."""
        return path in self._paths

    def add(
        self,
        path: str,
        chunks: Iterable[bytes],
        *,
        mime: str,
        created: dt.datetime | None,
        source: str = "",
        evidence: Evidence | None = None,
        size_hint: int = 0,
    ) -> Entry:
        """Write one file dated `created` (the latest date so far when it is generated)."""
        when = max(created or self.latest, EARLIEST)
        digest, size = hashlib.sha256(), 0
        with self._writing(path, mime=mime, when=when, size_hint=size_hint) as target:
            for chunk in chunks:
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        entry = Entry(
            path=path,
            size=size,
            sha256=digest.hexdigest(),
            mime=mime,
            source=source,
            created=when,
            evidence=evidence or Evidence(title=path),
        )
        self.entries.append(entry)
        if created is not None:
            self.latest = max(self.latest, when)
        return entry

    @contextmanager
    def _writing(
        self, path: str, *, mime: str, when: dt.datetime, size_hint: int
    ) -> Iterator[IO[bytes]]:
        if path in self._paths:
            raise ValueError(f"Two files of the pack are called {path}.")
        self._paths.add(path)
        local = timezone.localtime(when)
        info = zipfile.ZipInfo(f"{self.root}/{path}", date_time=local.timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED if mime in STORED_MIMES else zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = 0o644 << 16
        info.file_size = size_hint
        with self._zip.open(info, "w", force_zip64=size_hint > 2**31) as target:
            yield target


def in_chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The content of a file, piece by piece."""
    while chunk := stream.read(CHUNK):
        yield chunk
