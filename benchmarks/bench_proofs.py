"""What the tree of published roots costs: a first night of many leaves, then a proof, then a check.

    python -m benchmarks.bench_proofs [--leaves 100000] [--times 3]

No database: leaves are invented. Prints one JSON line per figure: seconds (best of `times`), and
how many times what hashing the leaves alone takes; memory at its highest, and how many times what
the leaf hashes alone take. Ratios travel from one machine to another, seconds do not.
"""

import argparse
import json
import os
import time
import tracemalloc
import uuid
from collections.abc import Callable
from typing import Any


def say(figure: str, value: float, unit: str, **more: Any) -> None:
    """One figure, as a JSON line."""
    print(json.dumps({"figure": figure, "value": round(value, 4), "unit": unit, **more}))  # noqa: T201


def best(times: int, act: Callable[[], object]) -> float:
    """Seconds of the quickest of several goes."""
    found = []
    for _rank in range(times):
        start = time.perf_counter()
        act()
        found.append(time.perf_counter() - start)
    return min(found)


def peak(act: Callable[[], object]) -> int:
    """Bytes that Python holds at the highest, above those before."""
    tracemalloc.start()
    kept = act()
    _now, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return highest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--leaves", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from certificates.domain.proofs import merkle, records

    secret = "5a" * 32
    named = [(uuid.UUID(int=rank), f"{rank:064x}") for rank in range(options.leaves)]
    contents = [bytes.fromhex(digest) * 6 for _id, digest in named]

    def hash_alone() -> list[bytes]:
        return [merkle.leaf_hash(content) for content in contents]

    def salted() -> list[bytes]:
        return [
            records.leaf_hash(
                secret=secret, kind="document", identifier=identifier, rank=1, digest=digest
            )
            for identifier, digest in named
        ]

    hashes = hash_alone()

    def tree() -> tuple[list[bytes], list[bytes], bytes]:
        night = records.padded(hashes, secret=secret)
        blocks = records.blocks_of(night)
        return night, blocks, merkle.root_of(blocks)

    alone, alone_memory = best(options.times, hash_alone), peak(hash_alone)
    say("leaves hashed alone", alone, "s", leaves=options.leaves, mebibytes=alone_memory / 2**20)
    for figure, act in (
        ("leaves written, salted and hashed", salted),
        ("tree, padding and root", tree),
    ):
        seconds, memory = best(options.times, act), peak(act)
        say(figure, seconds, "s", times_the_leaves=round(seconds / alone, 2))
        say(figure, memory / 2**20, "MiB", times_the_leaves=round(memory / alone_memory, 2))
    night, blocks, root = tree()
    levels = merkle.levels_of(blocks)
    index = len(night) // 3
    block, place = divmod(index, records.BLOCK)

    def proof() -> list[bytes]:
        hashed = night[block * records.BLOCK : (block + 1) * records.BLOCK]
        return [
            *merkle.audit_path(merkle.levels_of(hashed), place),
            *merkle.audit_path(levels, block),
        ]

    path = proof()
    found = merkle.root_from_path(night[index], index=index, size=len(night), path=path)
    if found != root:
        raise SystemExit("the path does not lead to the root")
    say("one proof, the tree being in memory", best(100, proof) * 1000, "ms", hashes=len(path))

    def again() -> bytes:
        growing = merkle.Frontier()
        for one in records.blocks_of(night):
            growing.append(one)
        return growing.root()

    seconds = best(options.times, again)
    say("the root computed again", seconds, "s", times_the_leaves=round(seconds / alone, 2))


if __name__ == "__main__":
    main()
