"""Bytes in the private storage: put once, never changed, read again by anybody who may."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages

from certificates.enums import FileRole
from certificates.models import Document, DocumentFile
from training.exceptions import DomainError

CHUNK = 256 * 1024


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


def verify_files() -> Iterator[Discrepancy]:
    """Read every stored file again and yield those that are missing or no longer the same."""
    storage = storages["private"]
    rows = (
        DocumentFile.objects.filter(document__purged_at__isnull=True)
        .select_related("document__session")
        .order_by("pk")
    )
    checked: dict[str, str | None] = {}
    for row in rows.iterator(chunk_size=500):
        if row.key not in checked:
            checked[row.key] = _sha256(row.key) if storage.exists(row.key) else None
        found = checked[row.key]
        if found is None:
            yield Discrepancy(document=row.document, sentence="le fichier manque")
        elif found != row.sha256:
            yield Discrepancy(document=row.document, sentence="le fichier a changé")


def _sha256(key: str) -> str:
    digest = hashlib.sha256()
    with storages["private"].open(key) as stored:
        while chunk := stored.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
