"""The manifest: every file with its fingerprint, and what the pack is."""

import datetime as dt
import json
from collections.abc import Sequence

from core.domain.canonical import utc_text
from core.models import Organisation
from quality.domain.pack import layout
from quality.domain.pack.archive import PackArchive
from quality.domain.pack.selection import Selection

SCHEMA = "audit-pack/1"


def write(
    archive: PackArchive,
    *,
    selection: Selection,
    organisation: Organisation,
    counts: dict[str, int],
    excluded: Sequence[str],
    generator_version: str,
    at: dt.datetime,
) -> str:
    """Write `manifest.json` then `manifest.sha256`; returns the SHA-256 of the former.

    `created_at` is the only thing that two packs of the same data say differently.
    """
    referential = selection.referential
    files = sorted(archive.entries, key=lambda entry: entry.path)
    content = {
        "schema": SCHEMA,
        "created_at": utc_text(at),
        "generator": {"name": "ideal-formation", "version": generator_version},
        "organisation": {
            "name": organisation.legal_name,
            "activity_number": organisation.activity_number,
        },
        "referential": {
            "id": referential.id,
            "name": referential.name,
            "decree": referential.decree,
            "valid_from": referential.valid_from.isoformat(),
        },
        "filters": selection.as_filters(),
        "counts": {**counts, "files": len(files)},
        "excluded": list(excluded),
        "files": [
            {
                "path": entry.path,
                "size": entry.size,
                "sha256": entry.sha256,
                "mime": entry.mime,
                "source": entry.source,
                "created": utc_text(entry.created),
            }
            for entry in files
        ],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    entry = archive.add(
        layout.MANIFEST, [text.encode()], mime="application/json", created=None, source="export"
    )
    lines = sorted(f"{item.sha256}  {item.path}\n" for item in archive.entries)
    archive.add(
        layout.MANIFEST_SUM,
        ["".join(lines).encode()],
        mime="text/plain; charset=utf-8",
        created=None,
        source="export",
    )
    return entry.sha256
