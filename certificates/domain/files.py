"""Bytes in the private storage: put once, never changed, read again by anybody who may."""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db.models import QuerySet

from certificates.enums import FileRole
from certificates.models import Document, DocumentFile, DocumentSeal
from training.exceptions import DomainError

#: Files read between two reports of progress.
PROGRESS_STEP = 50


@dataclass(frozen=True, kw_only=True)
class StoredBytes:
    """Where bytes were put, and what they are."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """A stored file that is not what was issued."""

    document: Document
    sentence: str


def store(*, folder: str, content: bytes) -> StoredBytes:
    """Put bytes under a new key `folder/uuid4.pdf`, which names nobody."""
    key = storages["private"].save(f"{folder}/{uuid.uuid4()}.pdf", ContentFile(content))
    return StoredBytes(key=key, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def discard(key: str) -> None:
    """Remove bytes that no document came to point at."""
    storages["private"].delete(key)


def open_issued(document: Document) -> File:
    """The stored bytes of a document, to be closed by the caller.

    Raises `DomainError` (`no_file`) when the document has no file yet, or no longer.
    """
    stored = document.files.filter(role=FileRole.ISSUED).first()
    if stored is None or not storages["private"].exists(stored.key):
        raise DomainError("Ce document n’a pas de fichier.", code="no_file")
    return storages["private"].open(stored.key)


def open_key(key: str) -> File:
    """The bytes stored under a key, to be closed by the caller. Raises FileNotFoundError."""
    return storages["private"].open(key)


def read(key: str) -> bytes:
    """Every byte stored under a key. Raises FileNotFoundError."""
    with storages["private"].open(key) as stored:
        return bytes(stored.read())


def verify_files(on_progress: Callable[[int], None] | None = None) -> Iterator[Discrepancy]:
    """Read every stored file again; yield those that are missing, changed, or whose seal is not.

    `on_progress` is told, now and then, how many files were read.
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
    from certificates.domain import sealing  # see seal_keys: slow to import

    return sealing.check(content, fingerprint=fingerprint).sentence
