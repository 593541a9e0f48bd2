"""The queue of one machine: a folder in which each message is a file.

A transport of kombu, named by `CELERY_BROKER_TRANSPORT`. kombu's own `filesystem` transport lets a
reader take a message that is still being written, and ends the worker on anything it does not
expect. Here a message is written whole under another name, then renamed; it is claimed by renaming
it again, so that two readers never take the same one; what cannot be read is set aside; folders
that went are made again. Which queue an exchange leads to is declared by each process in its own
memory: nothing of it is on the disk.

Everything stays inside the one folder, hence on one disk: `rename` never becomes a copy.
"""

import contextlib
import logging
import os
import time
import uuid
from collections import deque
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

#: What cannot be read goes there, for whoever looks into it.
REFUSED = "refused"
#: Files that their writer or their reader left half-way are forgotten after that time, in seconds;
#: so is what was set aside.
KEPT = 24 * 3600
WRITING, READING = ".writing", ".reading"
#: One for the process: what a connection declared, the next one knows.
DECLARED = virtual.BrokerState()


class Channel(virtual.Channel):
    """Reads and writes the files of the folder named by the option `folder`."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self.folder = Path(connection.client.transport_options["folder"])
        self._seen: dict[str, deque[str]] = {}
        self._tidy()

    @property
    def state(self) -> virtual.BrokerState:
        return DECLARED

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        # The order of the names is that of time; the clock of the machine survives its restarts.
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}"
        draft, whole = self.folder / f"{name}{WRITING}", self.folder / f"{name}.msg"
        content = dumps(message).encode()
        try:
            self._make_folder()
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(content)
            draft.rename(whole)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise ChannelError(f"The message was not written ({error.strerror}).") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        # Listed again once all that was seen is taken: a long queue is not listed for each message.
        seen = self._seen.setdefault(queue, deque())
        if not seen:
            seen.extend(self._waiting(queue))
        while seen:
            name = seen.popleft()
            taken = self.folder / f"{name}{READING}"
            try:
                (self.folder / name).rename(taken)
            except OSError:
                # Another reader was faster, or the folder has just gone.
                continue
            message = self._read(taken, name)
            if message is not None:
                return message
        raise Empty

    def _read(self, taken: Path, name: str) -> dict[str, Any] | None:
        """The message of a claimed file, which goes; None when it is not one."""
        try:
            message = loads(taken.read_bytes())
            # What would fail later, where nothing catches it, fails here.
            self.Message(message, channel=self)
        except Exception as error:  # noqa: BLE001  whatever is in the file, the reader goes on
            logger.warning("A message of the queue cannot be read: %s.", type(error).__name__)
            self._set_aside(taken, name)
            return None
        with contextlib.suppress(OSError):
            taken.unlink()
        return message

    def _set_aside(self, taken: Path, name: str) -> None:
        refused = self.folder / REFUSED
        try:
            refused.mkdir(mode=0o700, exist_ok=True)
            taken.rename(refused / name)
        except OSError:
            with contextlib.suppress(OSError):
                taken.unlink()

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        names = self._waiting(queue)
        for name in names:
            with contextlib.suppress(OSError):
                (self.folder / name).unlink()
        return len(names)

    def _waiting(self, queue: str) -> list[str]:
        """Names of the messages of a queue, the oldest first."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            with contextlib.suppress(OSError):
                self._make_folder()
            return []
        except OSError as error:
            logger.warning("The queue cannot be listed: %s.", error.strerror)
            return []
        return sorted(name for name in names if name.endswith(f".{queue}.msg"))

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _tidy(self) -> None:
        """Forget what was left half-way or set aside long ago."""
        limit = time.time() - KEPT
        for pattern in (f"*{WRITING}", f"*{READING}", f"{REFUSED}/*"):
            for path in self.folder.glob(pattern):
                with contextlib.suppress(OSError):
                    if path.stat().st_mtime < limit:
                        path.unlink()


class Transport(virtual.Transport):
    """The transport itself; `polling_interval` is in seconds."""

    Channel = Channel
    driver_type = driver_name = "folder"
    implements = virtual.Transport.implements.extend(
        asynchronous=False, exchange_type=frozenset(["direct"])
    )

    def driver_version(self) -> str:
        return "1"
