"""The tree of RFC 6962: the same roots as its definition, and paths that lead to them alone."""

import hashlib

import pytest

from certificates.domain.proofs import merkle


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    left, right = defined_root(leaves[:half]), defined_root(leaves[half:])
    return hashlib.sha256(b"\x01" + left + right).digest()


SIZES = [1, 2, 3, 4, 5, 7, 8, 13, 33]


@pytest.mark.parametrize("size", SIZES)
def test_the_root_is_the_one_that_the_rfc_defines(size):
    leaves = [f"feuille {rank}".encode() for rank in range(size)]
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    tree = merkle.Frontier()
    for item in hashes:
        tree.append(item)
    assert merkle.root_of(hashes) == tree.root() == defined_root(leaves)


def test_a_known_tree_of_certificate_transparency_has_its_known_root():
    # The test vectors of the Certificate Transparency project.
    contents = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    hashes = [merkle.leaf_hash(bytes.fromhex(item)) for item in contents]
    assert merkle.root_of(hashes).hex() == (
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    )


@pytest.mark.parametrize("size", SIZES)
def test_each_path_leads_to_the_root_from_its_own_place_and_from_no_other(size):
    hashes = [merkle.leaf_hash(bytes([rank])) for rank in range(size)]
    levels, root = merkle.levels_of(hashes), merkle.root_of(hashes)
    for index, leaf in enumerate(hashes):
        path = merkle.audit_path(levels, index)
        found = {
            place
            for place in range(size)
            if merkle.root_from_path(leaf, index=place, size=size, path=path) == root
        }
        assert found == {index}
        assert merkle.root_from_path(leaf, index=index, size=size, path=[*path, root]) != root
        assert merkle.root_from_path(leaf, index=size, size=size, path=path) is None


def test_the_tree_of_complete_blocks_has_the_root_of_all_their_leaves():
    hashes = [merkle.leaf_hash(bytes([rank])) for rank in range(24)]
    blocks = [merkle.root_of(hashes[start : start + 8]) for start in range(0, 24, 8)]
    assert merkle.root_of(blocks) == merkle.root_of(hashes)


def test_a_node_cannot_be_taken_for_a_leaf_nor_a_leaf_for_a_line():
    one, two = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    assert merkle.leaf_hash(one + two) != merkle.node_hash(one, two)
    assert len({merkle.leaf_hash(b"a"), merkle.line_hash(b"a")}) == 2
