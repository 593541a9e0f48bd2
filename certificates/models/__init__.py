"""Data, constraints and querysets of the app. States change only in `certificates.domain`."""

from certificates.models.batches import DocumentBatch
from certificates.models.documents import (
    CHECK_CODE_LENGTH,
    Document,
    DocumentCounter,
    DocumentFile,
    DocumentQuerySet,
    new_token,
)
from certificates.models.integrity import IntegrityCheck
from certificates.models.proofs import (
    EvidenceLeaf,
    PublishedRoot,
    RootTimestamp,
    WitnessedRoot,
    WitnessSignature,
)
from certificates.models.seals import DocumentSeal
from certificates.models.texts import DocumentTemplate

__all__ = [
    "CHECK_CODE_LENGTH",
    "Document",
    "DocumentBatch",
    "DocumentCounter",
    "DocumentFile",
    "DocumentQuerySet",
    "DocumentSeal",
    "DocumentTemplate",
    "EvidenceLeaf",
    "IntegrityCheck",
    "PublishedRoot",
    "RootTimestamp",
    "WitnessSignature",
    "WitnessedRoot",
    "new_token",
]
