"""The journal: who did what, when, to what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from accounts.models import User
from core.domain.canonical import new_salt, salted_digest
from core.models import JournalEntry, JournalEntryDetails


def type_of(subject: models.Model | type[models.Model]) -> str:
    """What the journal calls a model: its name alone (`agreement`), without that of its app.

    It is stored, and reaches the packs that auditors receive: it stays when code moves between
    apps. No two models of our apps have the same name.
    """
    return str(subject._meta.model_name)


@cache
def subject_models() -> dict[str, type[models.Model]]:
    """The models of our apps, by what the journal calls them."""
    ours = [
        config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR
    ]
    return {type_of(model): model for config in ours for model in config.get_models()}


def record(
    *,
    actor: User | None,
    verb: str,
    subject: models.Model,
    session_id: int | None = None,
    from_state: str = "",
    to_state: str = "",
    details: Mapping[str, Any] | None = None,
) -> JournalEntry:
    """Append one line about `subject`, inside the caller's transaction.

    `details` (reason, values: text, integers, booleans) go to a row that retention may erase;
    the line keeps their salted digest.
    """
    salt = new_salt() if details else ""
    entry = JournalEntry.objects.create(
        actor=actor,
        verb=verb,
        object_type=type_of(subject),
        object_id=str(subject.pk),
        session_id=session_id,
        from_state=from_state,
        to_state=to_state,
        details_digest=salted_digest(salt=salt, data=details) if details else "",
    )
    if details:
        JournalEntryDetails.objects.create(entry=entry, salt=salt, data=dict(details))
    return entry


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line for `record_many`, with the meaning of the arguments of `record`."""

    verb: str
    subject: models.Model
    session_id: int | None = None
    from_state: str = ""
    to_state: str = ""
    details: Mapping[str, Any] | None = None


def record_many(*, actor: User | None, lines: Iterable[Line]) -> None:
    """Append many lines at once, inside the caller's transaction, as `record` does for one."""
    entries: list[JournalEntry] = []
    erasable: list[JournalEntryDetails] = []
    for line in lines:
        salt = new_salt() if line.details else ""
        entry = JournalEntry(
            actor=actor,
            verb=line.verb,
            object_type=type_of(line.subject),
            object_id=str(line.subject.pk),
            session_id=line.session_id,
            from_state=line.from_state,
            to_state=line.to_state,
            details_digest=salted_digest(salt=salt, data=line.details) if line.details else "",
        )
        entries.append(entry)
        if line.details:
            erasable.append(JournalEntryDetails(entry=entry, salt=salt, data=dict(line.details)))
    JournalEntry.objects.bulk_create(entries, batch_size=500)
    JournalEntryDetails.objects.bulk_create(erasable, batch_size=500)
