"""Replaces workers and a clock that are there and do nothing: a listener of supervisord.

    python -m operations.watchdog

Once a minute it asks the site for `/readyz`. When what has to be swept was not, while there is room
on the disk, the workers and the clock that have been there for longer than that are killed with
their children, and supervisord starts others. A site that does not answer proves nothing of the
worker: nothing is done. It loads nothing of the product, and weighs little.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from supervisor import childutils

#: A process younger than that, in seconds, has not had the time to prove anything.
PATIENCE = 180
WATCHED = re.compile(r"worker-\d+|beat")
SILENT, NO_SPACE = "sweep_late", "disk_low"


def problems(port: int, site_url: str) -> set[str]:
    """Codes of what the site says is wrong; none when it does not answer."""
    parts = urlsplit(site_url)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Host": parts.netloc, "X-Forwarded-Proto": parts.scheme}
        connection.request("GET", "/readyz", headers=headers)
        content = json.loads(connection.getresponse().read())
        return set(content.get("codes", []))
    except (OSError, ValueError, http.client.HTTPException):
        return set()
    finally:
        connection.close()


class Watch:
    """Who runs since when, from what supervisord says, and who is to be replaced."""

    def __init__(self, ask: Callable[[], set[str]], kill: Callable[[int], None]) -> None:
        self.ask, self.kill = ask, kill
        self.running: dict[str, tuple[int, float]] = {}

    def heard(self, event: str, payload: dict[str, str], *, at: float) -> list[str]:
        """Take an event into account; names of the processes killed."""
        if event == "PROCESS_STATE_RUNNING":
            self.running[payload["processname"]] = int(payload["pid"]), at
            return []
        if not event.startswith("TICK"):
            return []
        old = {
            name: pid
            for name, (pid, since) in self.running.items()
            if WATCHED.fullmatch(name) and at - since >= PATIENCE
        }
        if not old:
            return []
        found = self.ask()
        if SILENT not in found or NO_SPACE in found:
            return []
        for name, pid in old.items():
            del self.running[name]
            self.kill(pid)
        return sorted(old)


def kill_group(pid: int) -> None:
    """Kill a process and its children: supervisord gives each program a group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def main() -> None:
    """Listen until supervisord stops."""
    port = int(os.environ["PORT"])
    site_url = os.environ["SITE_URL"]
    watch = Watch(lambda: problems(port, site_url), kill_group)
    while True:
        headers, payload = childutils.listener.wait()
        event = headers["eventname"]
        # The clock that no one sets: a machine put right by an hour kills nothing.
        killed = watch.heard(event, childutils.get_headers(payload), at=time.monotonic())
        if killed:
            names = ", ".join(killed)
            sys.stderr.write(f"watchdog | nothing swept for minutes: {names} started again\n")
            sys.stderr.flush()
        childutils.listener.ok()


if __name__ == "__main__":
    main()
