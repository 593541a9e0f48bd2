"""The cache on files, where two processes cannot both be the first.

Django's own looks whether a key is there, then writes it: two requests at the same instant both
believe that they came first. Limits on wrong passwords and second-factor codes that serve once
stand on `add`, so that it must be true.
"""

import errno
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache

LOCK = "turn.lock"
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
MISSING = object()


class FileCache(FileBasedCache):
    """Django's cache on files, with `add` and `incr` one at a time over threads and processes."""

    def __init__(self, dir: str, params: dict[str, Any]) -> None:
        super().__init__(dir, params)
        self._lock_path = Path(dir) / LOCK

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        with self._turn():
            if self.has_key(key, version):
                return False
            # What must be written or fail: see `set`.
            super().set(key, value, timeout, version)
            return True

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        with self._turn():
            value = self.get(key, MISSING, version=version)
            if value is MISSING:
                raise ValueError(f"Key '{key}' not found")
            super().set(key, value + delta, version=version)
            return int(value + delta)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep a value, or none when the disk is full: a page that is read must not fail for it.

        `add` and `incr` do fail, because limits stand on them.
        """
        try:
            super().set(key, value, timeout, version)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            self.delete(key, version)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self._lock_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # One descriptor each: the kernel keeps threads apart as well.
        with self._lock_path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
