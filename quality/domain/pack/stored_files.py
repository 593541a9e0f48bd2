"""Files of the private storage, read in chunks."""

from collections.abc import Iterator
from itertools import chain
from typing import IO

from django.core.files.storage import storages

from quality.domain.pack.archive import in_chunks


def opened(key: str) -> Iterator[bytes] | None:
    """The bytes stored under a key; None when they are not there any more."""
    try:
        stream = storages["private"].open(key)
        first = stream.read(64 * 1024)
    except OSError:
        return None
    return _closing(stream, first)


def _closing(stream: IO[bytes], first: bytes) -> Iterator[bytes]:
    with stream:
        yield from chain([first], in_chunks(stream))
