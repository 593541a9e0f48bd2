"""What the tree covers: every append-only chain there is, every document that was issued.

An app above that keeps a chain of its own registers it here, from its `apps.py`.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from django.db.models import Exists, F, Max, Model, OuterRef, Q, QuerySet, Subquery

from attendance.models import AttendanceEvent
from certificates.enums import FileRole
from certificates.models import DocumentFile, EvidenceLeaf
from core.french import format_day

#: Kinds of leaves, as hashed and published: they never change.
ATTENDANCE_CHAIN, DOCUMENT, SIGNED_DOCUMENT = "attendance_chain", "document", "signed_document"
#: Chains read together.
BATCH = 500


class Item(NamedTuple):
    """What one leaf will hold: see `certificates.models.EvidenceLeaf`."""

    kind: str
    identifier: uuid.UUID
    rank: int
    digest: str
    subject_id: int


class Fault(NamedTuple):
    """A leaf that the database no longer agrees with: the row it came from, and a sentence."""

    kind: str
    subject_id: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """One kind of evidence. `pending`: what no root covers yet. `faults`: what changed since.

    `model`: the rows that it reads.
    """

    kind: str
    model: type[Model]
    title: str
    pending: Callable[[], Iterator[Item]]
    faults: Callable[[], Iterator[Fault]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a kind of evidence to those that the tree covers; its name is plain letters."""
    if not re.fullmatch(r"[a-z_]{1,30}", source.kind):
        raise ValueError(f"{source.kind} is not the name of a kind of leaf.")
    _sources[source.kind] = source


def registered() -> list[Source]:
    """Every kind of evidence, in a stable order."""
    return [_sources[kind] for kind in sorted(_sources)]


def title_of(kind: str) -> str:
    """The French words of a kind of leaf."""
    return _sources[kind].title if kind in _sources else kind


# --- Chains of attendance -------------------------------------------------------------------------


def _pending_chains() -> Iterator[Item]:
    covered = dict(
        EvidenceLeaf.objects.filter(kind=ATTENDANCE_CHAIN)
        .order_by()
        .values_list("subject_id")
        .annotate(Max("rank"))
    )
    ends = AttendanceEvent.objects.order_by().values_list("session_id").annotate(Max("sequence"))
    grown = [session for session, rank in ends if rank > covered.get(session, 0)]
    for start in range(0, len(grown), BATCH):
        yield from _heads(grown[start : start + BATCH])


def _heads(sessions: list[int]) -> Iterator[Item]:
    events = AttendanceEvent.objects.filter(session_id__in=sessions).order_by("session_id")
    first = dict(events.filter(sequence=1).values_list("session_id", "pk"))
    later = AttendanceEvent.objects.filter(
        session_id=OuterRef("session_id"), sequence__gt=OuterRef("sequence")
    )
    last = events.filter(~Exists(later)).values_list("session_id", "sequence", "hash")
    for session, rank, digest in last:
        # A chain without its beginning is broken: `verify_attendance` says so.
        if session in first:
            yield Item(ATTENDANCE_CHAIN, first[session], rank, digest, session)


def _chain_faults() -> Iterator[Fault]:
    events = AttendanceEvent.objects.filter(session_id=OuterRef("subject_id"))
    leaves = EvidenceLeaf.objects.filter(kind=ATTENDANCE_CHAIN).annotate(
        now=Subquery(events.filter(sequence=OuterRef("rank")).values("hash")[:1]),
        first=Subquery(events.filter(sequence=1).values("pk")[:1]),
    )
    agrees = Q(now=F("digest"), first=F("identifier"))
    for leaf in _disagreeing(leaves, agrees):
        what = f"la chaîne d’émargement n° {leaf.subject_id}, à son événement n° {leaf.rank},"
        yield Fault(leaf.kind, leaf.subject_id, f"{what} {_not_as_published(leaf)}")


# --- Documents ------------------------------------------------------------------------------------


def _pending_files(kind: str, role: FileRole) -> Iterator[Item]:
    covered = EvidenceLeaf.objects.filter(kind=kind, subject_id=OuterRef("document_id"))
    files = (
        DocumentFile.objects.filter(~Exists(covered), role=role)
        .order_by("pk")
        .values_list("document__uuid", "sha256", "document_id")
    )
    for identifier, sha256, document_id in files.iterator(chunk_size=2000):
        yield Item(kind, identifier, 1, sha256, document_id)


def _file_faults(kind: str, role: FileRole) -> Iterator[Fault]:
    files = DocumentFile.objects.filter(document_id=OuterRef("subject_id"), role=role)
    leaves = EvidenceLeaf.objects.filter(kind=kind).annotate(
        now=Subquery(files.values("sha256")[:1]),
        whose=Subquery(files.values("document__uuid")[:1]),
    )
    agrees = Q(now=F("digest"), whose=F("identifier"))
    for leaf in _disagreeing(leaves, agrees):
        yield Fault(leaf.kind, leaf.subject_id, f"l’empreinte du fichier {_not_as_published(leaf)}")


def _disagreeing(leaves: QuerySet[EvidenceLeaf], agrees: Q) -> QuerySet[EvidenceLeaf]:
    # What is gone is null, which `exclude` alone would pass over.
    kept = leaves.filter(agrees).values("pk")
    return leaves.exclude(pk__in=kept).select_related("root").defer("root__hashes", "root__blocks")


def _not_as_published(leaf: EvidenceLeaf) -> str:
    return f"n’est pas celle que couvre la racine publiée le {format_day(leaf.root.day)}"


register(
    Source(
        kind=ATTENDANCE_CHAIN,
        model=AttendanceEvent,
        title="Chaîne d’émargement",
        pending=_pending_chains,
        faults=_chain_faults,
    )
)
for _kind, _title, _role in (
    (DOCUMENT, "Document émis", FileRole.ISSUED),
    (SIGNED_DOCUMENT, "Document signé", FileRole.SIGNED),
):
    register(
        Source(
            kind=_kind,
            model=DocumentFile,
            title=_title,
            pending=partial(_pending_files, _kind, _role),
            faults=partial(_file_faults, _kind, _role),
        )
    )
