"""The list of roots as published: written for anyone, read again from a file kept elsewhere."""

from typing import Any

from django.urls import reverse

from certificates.domain.proofs import records
from certificates.domain.proofs.publishing import roots
from certificates.domain.proofs.stamping import timestamps_of
from certificates.models import PublishedRoot, WitnessSignature
from core.domain.canonical import read_json, utc_text

SCHEMA = "published-roots/1"
#: Bytes of the longest list read: a century of roots.
MAX_LIST = 32 * 1024 * 1024


class ListError(ValueError):
    """A list of roots that is not one; says why, in French."""


def whole_list() -> dict[str, Any]:
    """Every root since the first, with who dated and who saw each."""
    return {"schema": SCHEMA, "roots": entries(list(roots()))}


def entries(found: list[PublishedRoot]) -> list[dict[str, Any]]:
    """Roots as published: two queries whatever their number."""
    stamps = timestamps_of(found)
    witnesses: dict[int, list[dict[str, Any]]] = {}
    for row in WitnessSignature.objects.filter(root__in=[root.pk for root in found]):
        witnesses.setdefault(row.root_id, []).append(
            {
                "witness": row.witness,
                "public_key": row.public_key,
                "seen_at": utc_text(row.seen_at),
                "signature": row.signature,
            }
        )
    return [
        {
            **records.line_record(root),
            "line": root.line,
            "timestamp": _timestamp(root, stamps),
            "witnesses": witnesses.get(root.pk, []),
        }
        for root in found
    ]


def _timestamp(root: PublishedRoot, stamps: dict[int, Any]) -> dict[str, Any] | None:
    stamp = stamps.get(root.pk)
    if stamp is None or stamp.token is None:
        return None
    return {
        "at": utc_text(stamp.stamped_at),
        "authority": stamp.authority,
        "token": reverse("certificates:root-timestamp", args=[root.number]),
    }


def read_list(raw: bytes) -> list[dict[str, Any]]:
    """The lines of a published list, each bound to the one before. Raises `ListError`."""
    try:
        found = read_json(raw)["roots"]
        lines = [read_line(item) for item in found]
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, ListError):
            raise
        raise ListError("la liste des racines est illisible") from error
    previous = ""
    for rank, line in enumerate(lines, start=1):
        if line["number"] != rank or line["previous"] != previous:
            raise ListError(f"la racine n° {rank} de la liste ne suit pas la précédente")
        previous = line["line"]
    return lines


def read_line(item: dict[str, Any]) -> dict[str, Any]:
    """One line and its hash, which must be its own. Raises `ListError`, KeyError, TypeError."""
    line = {key: item[key] for key in ("date", "number", "previous", "root", "size", "version")}
    if records.line_of(line) != item["line"]:
        raise ListError(f"la ligne de la racine n° {line['number']} a été modifiée")
    return {**line, "line": item["line"]}
