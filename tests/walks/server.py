"""The product in a process that can be killed and is there again at once.

`python -m tests.walks.server PORT` loads the product, then obeys its standard input: « start »
makes a process that serves, « kill » ends it as a power cut would. Loading once makes it quick.
"""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from typing import IO


class Server:
    """What a test holds: the server of `tests.walks.server`, on the database of the test."""

    def __init__(self, *, database: str, folder: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.runs = False
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.walks.server", str(self.port)],
            cwd=folder,
            env=os.environ | {"TESTS_DATABASE": database},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hear("ready")

    def start(self) -> None:
        """Serve; nothing if it does already."""
        if not self.runs:
            self._say("start", "started")
            self.runs = True

    def kill(self) -> None:
        """End the process that serves, whatever it is doing."""
        if self.runs:
            self._say("kill", "killed")
            self.runs = False

    def close(self) -> None:
        """End everything."""
        self.kill()
        with self._parent as parent:
            _pipe(parent.stdin).close()
            parent.wait(30)

    def _say(self, order: str, answer: str) -> None:
        pipe = _pipe(self._parent.stdin)
        pipe.write(f"{order}\n")
        pipe.flush()
        self._hear(answer)

    def _hear(self, answer: str) -> None:
        said = _pipe(self._parent.stdout).readline().strip()
        if said != answer:
            raise RuntimeError(f"the server says « {said} », not « {answer} »")


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("no pipe to the server")
    return pipe


# --- In its own process ---------------------------------------------------------------------------


def _serve(port: int) -> None:
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import WSGIServer, run
    from django.core.wsgi import get_wsgi_application

    logging.disable()  # a line for each request
    application = StaticFilesHandler(get_wsgi_application())
    run("127.0.0.1", port, application, threading=True, server_cls=WSGIServer)


def _wait_for(port: int) -> None:
    for _attempt in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.05)
    raise RuntimeError("the server does not start")


def _obey(port: int) -> None:
    child = 0
    print("ready", flush=True)  # noqa: T201
    for order in sys.stdin:
        if order == "start\n":
            child = os.fork()
            if not child:
                sys.stdin.close()
                os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
                _serve(port)
                return
            _wait_for(port)
            print("started", flush=True)  # noqa: T201
        elif order == "kill\n":
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            child = 0
            print("killed", flush=True)  # noqa: T201
    if child:
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["TESTS_DATABASE"]
    import django

    django.setup()
    from django.urls import get_resolver

    # Every module that a request needs, before the first of them.
    _patterns = get_resolver().url_patterns
    _obey(int(sys.argv[1]))
