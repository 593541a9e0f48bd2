"""Documents gathered into one file: an archive, or one PDF to print. Written as a stream."""

import io
import tempfile
import time
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.utils import timezone

from certificates.domain import files
from certificates.enums import BatchOutput, FileRole
from certificates.models import Document, DocumentFile
from core.downloads import safe_name

#: No batch lasts so long: a draft of that age, in seconds, is left over.
DRAFT_PATIENCE = 24 * 3600
CHUNK = 100


@dataclass(frozen=True, kw_only=True)
class GatheredFile:
    """Where a gathered file was put."""

    key: str
    name: str
    size: int


def gather(output: str, documents: Sequence[Document]) -> GatheredFile | None:
    """Put the issued files of the documents together; None when no file was asked for."""
    if output == BatchOutput.NONE:
        return None
    write = _write_zip if output == BatchOutput.ZIP else _write_pdf
    with _draft(f".{output}") as draft:
        write(draft, documents)
        draft.flush()
        size = draft.tell()
        key = storages["private"].save(f"batches/{uuid.uuid4()}.{output}", draft)
    return GatheredFile(
        key=key, name=f"documents-{timezone.localdate():%Y-%m-%d}.{output}", size=size
    )


def _write_zip(draft: Any, documents: Sequence[Document]) -> None:
    """One file per document, in a folder per session; no one's name in the names."""
    taken: set[str] = set()
    # Stored, not deflated: a PDF is compressed already.
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        for document, key in _with_keys(documents):
            name = f"{safe_name(document.session_code or 'documents')}/{document.file_name}"
            if name in taken:
                name = f"{name.removesuffix('.pdf')}-{document.pk}.pdf"
            taken.add(name)
            archive.writestr(name, files.read(key))
    draft.seek(0, 2)


def _write_pdf(draft: Any, documents: Sequence[Document]) -> None:
    """Every page in order, to be printed. The seals stay with the files, not with the prints."""
    with pikepdf.new() as whole, ExitStack() as parts:
        for _document, key in _with_keys(documents):
            # Open until the end: pages are copied when the whole is saved.
            part = parts.enter_context(pikepdf.open(io.BytesIO(files.read(key))))
            _without_seal(part)
            whole.pages.extend(part.pages)
        whole.save(draft)
    draft.seek(0, 2)


def _without_seal(part: pikepdf.Pdf) -> None:
    """Take away the field of the seal: in another file it would be a broken signature."""
    if "/AcroForm" not in part.Root:
        return
    del part.Root["/AcroForm"]
    for page in part.pages:
        notes: Any = page.get("/Annots", [])
        kept = [note for note in notes if note.get("/Subtype") != "/Widget"]
        page["/Annots"] = pikepdf.Array(kept)


def _with_keys(documents: Sequence[Document]) -> Iterator[tuple[Document, str]]:
    for start in range(0, len(documents), CHUNK):
        some = documents[start : start + CHUNK]
        keys = dict(
            DocumentFile.objects.filter(
                document__in=[document.pk for document in some], role=FileRole.ISSUED
            ).values_list("document_id", "key")
        )
        for document in some:
            yield document, keys[document.pk]


class _Draft(File):
    """A finished draft that the storage of files may move into place instead of copying it."""

    def temporary_file_path(self) -> str:
        """Where the draft is."""
        return str(self.name)


def _drafts() -> Path:
    return Path(settings.DATA_DIR) / "batch-drafts"


@contextmanager
def _draft(suffix: str) -> Iterator[Any]:
    folder = _drafts()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=suffix, delete=False) as stream:
        path = Path(stream.name)
        try:
            yield _Draft(stream, name=stream.name)
        finally:
            path.unlink(missing_ok=True)


def erase_forgotten_drafts() -> None:
    """A worker that was killed leaves its draft behind, with the personal data in it."""
    for path in _drafts().glob("*"):
        if path.stat().st_mtime < time.time() - DRAFT_PATIENCE:
            path.unlink(missing_ok=True)
