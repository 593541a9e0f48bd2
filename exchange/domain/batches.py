"""What every import shares, whatever it reads: its file kept, checked again, given up, erased."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain.rules import rule
from core.domain.transitions import change_state
from core.exceptions import DomainError
from exchange.enums import ImportState
from exchange.models import ImportBatch


@dataclass(frozen=True)
class StoredFile:
    """Where a deposited file is kept, and its fingerprint."""

    key: str
    sha256: str


def store(content: bytes) -> StoredFile:
    """Keep a deposited file, under a key that says nothing of it."""
    key = storages["private"].save(f"import/{uuid.uuid4()}", ContentFile(content))
    return StoredFile(key, hashlib.sha256(content).hexdigest())


def stored_content(batch: ImportBatch, *, noun: str) -> bytes:
    """The file as it was deposited; `noun` is what the sentences call it (« registre »).

    Raises `DomainError` (`import_file_changed`) when it is gone or is no longer the same.
    """
    try:
        with storages["private"].open(batch.key) as stored:
            content: bytes = stored.read()
    except (FileNotFoundError, ValueError) as error:
        raise DomainError(
            f"Le fichier déposé n’existe plus : déposez le {noun} de nouveau.",
            code="import_file_changed",
        ) from error
    if hashlib.sha256(content).hexdigest() != batch.sha256:
        raise DomainError(
            "Le fichier gardé n’est plus celui qui a été vérifié : rien n’a été écrit.",
            code="import_file_changed",
        )
    return content


def reject(*, batch: ImportBatch, actor: User | None) -> ImportBatch:
    """Give up an import that was not written, and erase its file."""
    with transaction.atomic():
        change_state(
            row=batch,
            to=ImportState.REJECTED,
            actor=actor,
            verb="import.rejected",
        )
    erase(batch)
    return batch


# --- Retention ------------------------------------------------------------------------------------


def erase_expired(*, on: dt.date) -> int:
    """Erase files and lines of imports older than the rule `import_file_days`; returns how many.

    Totals, states and the journal stay. An import that was never confirmed is *rejected*.
    """
    days = rule("import_file_days", on=on)
    limit = timezone.make_aware(dt.datetime.combine(on - dt.timedelta(days=days), dt.time.min))
    old = (
        ImportBatch.objects.filter(created_at__lt=limit)
        .exclude(key="", report={}, written={})
        .exclude(state=ImportState.COMMITTING)
        .order_by("pk")
        .defer("report", "written")
    )
    for batch in old:
        if batch.state in {ImportState.UPLOADED, ImportState.PREVIEWED}:
            change_state(
                row=batch,
                to=ImportState.REJECTED,
                actor=None,
                verb="import.expired",
            )
        erase(batch)
    return len(old)


def erase(batch: ImportBatch) -> None:
    """Erase the file and the lines of an import; its totals, its state and the journal stay.

    The file first: erasing it twice costs nothing, forgetting it would keep it for ever.
    """
    if batch.key:
        storages["private"].delete(batch.key)
    batch.key = ""
    batch.report, batch.written = {}, {}
    batch.save(update_fields=["key", "report", "written"])
