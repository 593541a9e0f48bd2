"""Proofs that the documents and the chain of a session are under a published root.

`preuves.json`, in the folder of the session, names each file with its proof; `racines.json`, at
the top, is the list of roots as published that day. Before the first root, neither is there.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from certificates.domain.proofs import proving, published
from certificates.models import EvidenceLeaf
from quality.domain.audited_sessions import AuditedSession
from quality.domain.pack import layout
from quality.domain.pack.archive import JSON, PackArchive
from quality.domain.pack.session_files import SessionFolder

SCHEMA = "session-proofs/1"


class PackProofs:
    """Writes the proofs of the sessions of a pack, whose leaves are read for several at once."""

    def __init__(self, archive: PackArchive) -> None:
        self._archive = archive
        self._prover = proving.Prover()
        self._leaves: dict[tuple[bool, int], list[EvidenceLeaf]] = {}

    def read(self, sessions: Sequence[AuditedSession]) -> None:
        """Read the leaves of these sessions, before their folders are written."""
        self._leaves = defaultdict(list)
        if self._prover.root is None:
            return
        documents = [document.pk for one in sessions for document in one.documents]
        for leaf in proving.document_leaves(documents):
            self._leaves[True, leaf.subject_id].append(leaf)
        for leaf in proving.chain_leaves([one.session.pk for one in sessions]):
            self._leaves[False, leaf.subject_id].append(leaf)

    def write_session(self, folder: SessionFolder) -> None:
        """The proofs of what the folder holds; no file when no root covers any of it."""
        found = [
            {"path": path.removeprefix(f"{folder.path}/"), "proof": proof}
            for path, leaf in self._covered(folder)
            for proof in self._prover.proofs([leaf])
        ]
        if found:
            self._write(
                f"{folder.path}/{layout.PROOFS}",
                {"schema": SCHEMA, "proofs": found},
                source=f"session {folder.session.code}",
            )

    def write_roots(self) -> None:
        """Every root published so far."""
        if self._prover.root is not None:
            self._write(layout.ROOTS, published.whole_list(), source="export")

    def _covered(self, folder: SessionFolder) -> Iterator[tuple[str, EvidenceLeaf]]:
        """Each file with its leaf: documents in the order of the tree, then the chain as it grew.

        The pack holds one file of each document. One that changed since it was issued has no
        proof: the gaps of the session name it.
        """
        files = {entry.source: entry for entry in folder.entries}
        written = [
            (leaf, files[source])
            for document in folder.audited.documents
            if (source := f"document {document.uuid}") in files
            for leaf in self._leaves[True, document.pk]
        ]
        for leaf, entry in sorted(written, key=lambda pair: pair[0].index):
            if leaf.digest == entry.sha256:
                yield entry.path, leaf
        if folder.audited.events:
            for leaf in self._leaves[False, folder.session.pk]:
                yield f"{folder.path}/{layout.ATTENDANCE_EVENTS}", leaf

    def _write(self, path: str, content: dict[str, Any], *, source: str) -> None:
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        self._archive.add(path, [text.encode()], mime=JSON, created=None, source=source)
