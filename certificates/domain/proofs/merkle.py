"""Merkle trees as in RFC 6962, section 2.1: hashes in, one root out, and short proofs in between.

A leaf is hashed after one byte 0x00, two nodes after 0x01, a line of the list of roots after 0x02:
none can be taken for another. A tree of complete subtrees of the same size has the root of the tree
of their leaves, so that the functions below take either.
"""

import hashlib
from collections.abc import Sequence

LEAF, NODE, LINE = b"\x00", b"\x01", b"\x02"


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf that holds this content."""
    return hashlib.sha256(LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return hashlib.sha256(NODE + left + right).digest()


def line_hash(content: bytes) -> bytes:
    """The hash of one line of the list of roots."""
    return hashlib.sha256(LINE + content).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root above hashes of leaves, or of complete subtrees of one size. One at least."""
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def levels_of(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Every level of the tree, from the bottom to the root: for many paths in one tree."""
    levels = [list(hashes)]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    return levels


def audit_path(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """What must be hashed, from the bottom up, with the one at `index` to find the root."""
    path = []
    for level in levels[:-1]:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        index >>= 1
    return path


def root_from_path(leaf: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that the path leads to; None when the path is not one of a tree of this size."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = node_hash(beside, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


class Frontier:
    """A tree that grows: its root at each size, without its leaves."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def append(self, subtree: bytes) -> None:
        """One more leaf, or one more complete subtree of the same size as the others."""
        height, found = 0, subtree
        while self._peaks and self._peaks[-1][0] == height:
            found = node_hash(self._peaks.pop()[1], found)
            height += 1
        self._peaks.append((height, found))

    def root(self) -> bytes:
        """The root of what was appended so far. Something must have been."""
        found = self._peaks[-1][1]
        for _height, left in reversed(self._peaks[:-1]):
            found = node_hash(left, found)
        return found


def _above(level: list[bytes]) -> list[bytes]:
    """The level above; a last node alone goes up as it is."""
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [node_hash(left, right) for left, right in pairs]
    if len(level) % 2:
        above.append(level[-1])
    return above
