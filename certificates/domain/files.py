"""Bytes in the private storage: put once, never changed, read again by anybody who may."""

import hashlib
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages

from certificates.enums import FileRole
from certificates.models import Document
from core.domain import private_files
from core.exceptions import DomainError


@dataclass(frozen=True, kw_only=True)
class StoredBytes:
    """Where bytes were put, and what they are."""

    key: str
    sha256: str
    size: int


def store(*, folder: str, content: bytes) -> StoredBytes:
    """Put bytes under a new key `folder/uuid4.pdf`, which names no one."""
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
    content = None if stored is None else private_files.opened(stored.key)
    if content is None:
        raise DomainError("Ce document n’a pas de fichier.", code="no_file")
    return content


def read(key: str) -> bytes:
    """Every byte stored under a key. Raises FileNotFoundError."""
    with storages["private"].open(key) as stored:
        return bytes(stored.read())
