"""A limit by the hour begins with the test: no test is cut by the end of a window."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from accounts import throttle


@contextmanager
def windows_begin_with_the_test() -> Iterator[None]:
    """Inside the block, the first window of a limit begins at the first attempt, whatever the hour.

    By the clock of the test: one that travels an hour further is in another window.
    """
    original = throttle._window
    begun: list[float] = []

    def window(seconds: int) -> int:
        if not begun:
            begun.append(time.time())
        return int(time.time() - begun[0]) // seconds

    throttle._window = window
    try:
        yield
    finally:
        throttle._window = original
