"""SQLite with a fair queue of writers.

SQLite has one writer at a time; the others sleep and try again, longer each time, so that under
competition some wait for seconds while the file is free. Here a transaction first takes its turn
on a lock file: the kernel wakes the next in line at once, thread or process alike.
"""

import fcntl
import os
from pathlib import Path

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """One file descriptor, hence one place in the queue, per transaction.

    Statements outside a transaction do not queue: they are short, and SQLite's own patience
    (`timeout`) covers them.
    """

    _turn: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._wait_for_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        super()._commit()
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._end_turn()

    def _wait_for_turn(self) -> None:
        if self._turn is None and not self.is_in_memory_db():
            path = Path(f"{self.settings_dict['NAME']}-queue")
            self._turn = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._turn, fcntl.LOCK_EX)

    def _end_turn(self) -> None:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            # Unlocked by name: a process forked meanwhile may still hold the descriptor.
            fcntl.flock(turn, fcntl.LOCK_UN)
            os.close(turn)
