"""Proofs of inclusion: a leaf and the few hashes that lead from it to a published root."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from certificates.domain.proofs import records, sources
from certificates.domain.proofs.merkle import audit_path, levels_of
from certificates.domain.proofs.publishing import blocks_until, last_root
from certificates.models import Document, EvidenceLeaf, PublishedRoot

SCHEMA = "inclusion-proof/1"


class Prover:
    """Writes proofs against one root, the newest unless said otherwise; one query a day of leaves.

    `root` is None before the first publication: then there is no proof.
    """

    def __init__(self, root: PublishedRoot | None = None) -> None:
        self.root = root or last_root()
        self._levels: list[list[bytes]] = []
        self._days: dict[int, tuple[int, list[bytes]]] = {}

    def proofs(self, leaves: Iterable[EvidenceLeaf]) -> Iterator[dict[str, Any]]:
        """One proof for each leaf that the root covers, whose own root is loaded."""
        for leaf in leaves:
            if self.root is not None and leaf.root.number <= self.root.number:
                yield self._proof(leaf, self.root)

    def _proof(self, leaf: EvidenceLeaf, root: PublishedRoot) -> dict[str, Any]:
        block = leaf.index // records.BLOCK
        if not self._levels:
            self._levels = levels_of(blocks_until(root.number))
        first, hashes = self._day(leaf.root)
        start = block * records.BLOCK - first
        path = [
            *audit_path(
                levels_of(hashes[start : start + records.BLOCK]), leaf.index % records.BLOCK
            ),
            *audit_path(self._levels, block),
        ]
        return {
            "schema": SCHEMA,
            "leaf": records.leaf_record(
                secret=leaf.root.secret,
                kind=leaf.kind,
                identifier=leaf.identifier,
                rank=leaf.rank,
                digest=leaf.digest,
            ),
            "index": leaf.index,
            "path": [item.hex() for item in path],
            "published": {**records.line_record(root), "line": root.line},
        }

    def _day(self, root: PublishedRoot) -> tuple[int, list[bytes]]:
        """Place of the first leaf of a day, and the hashes of them all."""
        if root.pk not in self._days:
            joined = PublishedRoot.objects.values_list("hashes", flat=True).get(pk=root.pk)
            hashes = records.split(bytes(joined))
            self._days = {root.pk: (root.size - len(hashes), hashes)}
        return self._days[root.pk]


def proof_of_document(document: Document) -> dict[str, Any] | None:
    """The proof of the file that was issued, of the signed one if it was; None before its root."""
    leaves = document_leaves([document.pk])
    return next(iter(Prover().proofs(leaves[-1:])), None)


def covered_on(document: Document) -> dt.date | None:
    """The day of the first root that covers the document; None before it."""
    leaves = document_leaves([document.pk])
    return leaves[0].root.day if leaves else None


def document_leaves(document_ids: Sequence[int]) -> list[EvidenceLeaf]:
    """Leaves of documents, in the order of the days: issued, then signed."""
    kinds = [sources.DOCUMENT, sources.SIGNED_DOCUMENT]
    return list(_leaves().filter(kind__in=kinds, subject_id__in=document_ids))


def chain_leaves(session_ids: Sequence[int]) -> list[EvidenceLeaf]:
    """Where the chains of sessions ended at each root that found them longer, oldest first."""
    return list(_leaves().filter(kind=sources.ATTENDANCE_CHAIN, subject_id__in=session_ids))


def _leaves() -> Any:
    return (
        EvidenceLeaf.objects.select_related("root")
        .defer("root__hashes", "root__blocks")
        .order_by("index")
    )
