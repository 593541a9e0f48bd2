"""Data, constraints and querysets of the room. States change only in `certificates.domain`."""

from certificates.models.batches import DocumentBatch
from certificates.models.documents import (
    CHECK_CODE_LENGTH,
    Document,
    DocumentCounter,
    DocumentFile,
    DocumentQuerySet,
    DocumentTemplate,
    new_token,
)
from certificates.models.integrity import IntegrityCheck
from certificates.models.seals import DocumentSeal

__all__ = [
    "CHECK_CODE_LENGTH",
    "Document",
    "DocumentBatch",
    "DocumentCounter",
    "DocumentFile",
    "DocumentQuerySet",
    "DocumentSeal",
    "DocumentTemplate",
    "IntegrityCheck",
    "new_token",
]
