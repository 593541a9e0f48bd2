"""Leaves and lines as plain data, written one way for ever: what is hashed, what is published.

`docs/published-roots.md` says the same for a person who has only the published files.
"""

import hmac
import uuid
from typing import Any

from certificates.domain.proofs import merkle
from certificates.models import PublishedRoot
from core.domain.canonical import canonical_json

#: Leaves of a block, the smallest number that a day adds to the tree.
BLOCK = 64
HASH_BYTES = 32
VERSION = 1


def leaf_record(
    *, secret: str, kind: str, identifier: uuid.UUID, rank: int, digest: str
) -> dict[str, Any]:
    """A leaf as data. Its salt says nothing of the other leaves of the day, nor of the secret."""
    salt = _salt(secret, kind, identifier, rank)
    named = {"id": str(identifier), "kind": kind, "rank": rank}
    return {**named, "digest": digest, "salt": salt, "version": VERSION}


def leaf_hash(*, secret: str, kind: str, identifier: uuid.UUID, rank: int, digest: str) -> bytes:
    """The hash of a leaf: that of the canonical JSON of its record.

    Written out, as every leaf there ever was is hashed at each verification: its values are
    hexadecimal, integers, and kinds in plain letters (`sources.register` sees to it).
    """
    salt = _salt(secret, kind, identifier, rank)
    text = (
        f'{{"digest":"{digest}","id":"{identifier}","kind":"{kind}","rank":{rank},'
        f'"salt":"{salt}","version":{VERSION}}}'
    )
    return merkle.leaf_hash(text.encode())


def _salt(secret: str, kind: str, identifier: uuid.UUID, rank: int) -> str:
    named = f'{{"id":"{identifier}","kind":"{kind}","rank":{rank}}}'
    return hmac.digest(bytes.fromhex(secret), named.encode(), "sha256").hex()


def padded(hashes: list[bytes], *, secret: str) -> list[bytes]:
    """The leaves of a day in order, among leaves that hold nothing, up to 64, 128, 256…

    In order of their hashes, which says nothing: neither how many hold something, nor which.
    """
    size = BLOCK
    while size < len(hashes):
        size *= 2
    key = bytes.fromhex(secret)
    empty = (
        merkle.leaf_hash(hmac.digest(key, f"padding {rank}".encode(), "sha256"))
        for rank in range(size - len(hashes))
    )
    return sorted([*hashes, *empty])


def blocks_of(hashes: list[bytes]) -> list[bytes]:
    """The root of each block of leaves."""
    return [merkle.root_of(hashes[start : start + BLOCK]) for start in range(0, len(hashes), BLOCK)]


def split(joined: bytes) -> list[bytes]:
    """Hashes stored one after the other."""
    return [joined[start : start + HASH_BYTES] for start in range(0, len(joined), HASH_BYTES)]


def line_record(root: PublishedRoot) -> dict[str, Any]:
    """What the hash of a line covers."""
    return {
        "date": root.day.isoformat(),
        "number": root.number,
        "previous": root.previous,
        "root": root.root,
        "size": root.size,
        "version": VERSION,
    }


def line_of(record: dict[str, Any]) -> str:
    """The hash of a line, in hexadecimal."""
    return merkle.line_hash(canonical_json(record)).hex()
