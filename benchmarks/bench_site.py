"""How fast public pages answer, and what they weigh: real HTTP, gunicorn.

    python benchmarks/bench_site.py [--courses 60] [--seconds 10] [--at-once 8] [--port 8108]

Starts a server of its own in a temporary folder (SQLite, or the database of DATABASE_URL, which
must be one to throw away), with the demonstration site and as many courses as asked, each with a
session. Prints one JSON line per figure:

- the catalogue rendered anew each time (a request with credentials gets no kept page);
- the catalogue and a course kept for anonymous visitors;
- for each type of page, what a first visit transfers without pictures: the page, its style
  sheets, its scripts.
"""

import argparse
import gzip
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SEED = """
import datetime as dt
from django.utils import timezone
from cms.demo.site import seed_site
from cms.models import CatalogueIndexPage, CoursePage
from training.enums import HalfDayLabel, ProgrammeOrigin, SessionState
from training.models import (
    HalfDay, Organisation, Programme, ProgrammeVersion, TrainingSession, Venue
)
Organisation.load()
models = list(seed_site(actor=None).values())
venues = [Venue.objects.create(name=f"Lieu {rank}", city="Savenay") for rank in range(3)]
own = {field.name for field in CoursePage._meta.local_fields} - {"page_ptr", "programme"}
for rank in range(%d):
    model = models[rank %% len(models)]
    page = model
    if rank >= len(models):
        page = CoursePage(
            title=f"{model.title} {rank}", slug=f"{model.slug}-{rank}",
            programme=Programme.objects.create(code=f"mesure-{rank}"),
            **{name: getattr(model, name) for name in own},
        )
        CatalogueIndexPage.objects.get().add_child(instance=page)
    version = ProgrammeVersion.objects.create(
        programme=page.programme, number=9, origin=ProgrammeOrigin.PAGE, title=page.title,
        content=model.as_programme_content(), sha256="0" * 64, published_at=timezone.now(),
    )
    session = TrainingSession.objects.create(
        code=f"S-MESURE-{rank}", programme_version=version, price=page.price,
        venue=venues[rank %% 3], state=SessionState.OPEN, opened_at=timezone.now(),
    )
    for day in (0, 1):
        for label, hour in ((HalfDayLabel.MORNING, 0), (HalfDayLabel.AFTERNOON, 4)):
            start = timezone.now() + dt.timedelta(days=20 + rank + day, hours=hour)
            HalfDay.objects.create(
                session=session, label=label, starts_at=start, counted_minutes=210,
                ends_at=start + dt.timedelta(hours=3, minutes=30),
            )
"""
LOOK = """
import json
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page
settings.PAGE_CACHE = False
client = Client(HTTP_HOST="127.0.0.1")
client.get("/formations/")
with CaptureQueriesContext(connection) as queries:
    client.get("/formations/")
pages = {}
for page in Page.objects.live().filter(depth__gt=1).order_by("-path").specific():
    pages[type(page).__name__] = page.get_url()
print(json.dumps({"queries": len(queries), "pages": pages}))
"""


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a command of the product; what it printed."""
    done = subprocess.run(  # noqa: S603  our own command, our own arguments
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def say(**figures: object) -> None:
    """One JSON line."""
    sys.stdout.write(json.dumps({"benchmark": "site", **figures}) + "\n")
    sys.stdout.flush()


class Visitor:
    """One open connection that asks for the same page again and again, with little effort."""

    def __init__(self, port: int, path: str, headers: str) -> None:
        self.address = ("127.0.0.1", port)
        self.request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n"
            f"{headers}\r\n"
        ).encode()
        self.socket = socket.create_connection(self.address, timeout=60)

    def ask(self) -> None:
        """One answer, read whole; the connection is opened again when the server closed it."""
        try:
            self.socket.sendall(self.request)
            head = self._read_head()
        except OSError:
            self.socket = socket.create_connection(self.address, timeout=60)
            self.socket.sendall(self.request)
            head = self._read_head()
        headers, _end, body = head.partition(b"\r\n\r\n")
        if not headers.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"The page answered {headers[:40]!r}.")
        length = re.search(rb"(?i)content-length: (\d+)", headers)
        if length is None:
            raise SystemExit("The answer does not say its length.")
        left = int(length[1]) - len(body)
        while left > 0:
            left -= len(self.socket.recv(min(left, 65536)))

    def _read_head(self) -> bytes:
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.socket.recv(65536)
            if not part:
                raise OSError("closed")
            head += part
        return head


def per_second(options: argparse.Namespace, path: str, headers: str = "") -> dict[str, object]:
    """Answers a second, several visitors at once."""
    counts = [0] * options.at_once
    Visitor(options.port, path, headers).ask()
    deadline = time.perf_counter() + options.seconds

    def visit(rank: int) -> None:
        visitor = Visitor(options.port, path, headers)
        while time.perf_counter() < deadline:
            visitor.ask()
            counts[rank] += 1

    started = time.perf_counter()
    threads = [threading.Thread(target=visit, args=(rank,)) for rank in range(options.at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    return {
        "path": path,
        "at_once": options.at_once,
        "requests": sum(counts),
        "per_second": round(sum(counts) / elapsed, 1),
    }


def transferred(port: int, path: str) -> tuple[int, str]:
    """Bytes of a body as sent, and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    packed = response.getheader("Content-Encoding") == "gzip"
    return len(body), (gzip.decompress(body) if packed else body).decode(errors="replace")


def weigh(port: int, path: str) -> dict[str, object]:
    """What a first visit transfers: the page, its style sheets and its scripts."""
    page, html = transferred(port, path)
    linked = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    linked += re.findall(r'<script[^>]* src="([^"]+)"', html)
    elsewhere = [address for address in linked if urlsplit(address).netloc]
    if elsewhere:
        raise SystemExit(f"{path} asks another site for {elsewhere}.")
    rest = sum(transferred(port, address)[0] for address in linked)
    return {
        "path": path,
        "page_kib": round(page / 1024, 1),
        "total_kib": round((page + rest) / 1024, 1),
    }


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers."""
    for _attempt in range(300):
        if server.poll() is not None:
            raise SystemExit("The server stopped at once.")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server does not answer.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--courses", type=int, default=60)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--port", type=int, default=8108)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-site-") as folder:
        environment = {
            **os.environ,
            "DATA_DIR": folder,
            "PORT": str(options.port),
            "SITE_URL": f"http://127.0.0.1:{options.port}",
        }
        environment.pop("DEMO", None)
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        manage(environment, "shell", "--no-imports", "--command", SEED % options.courses)
        seen = json.loads(manage(environment, "shell", "--no-imports", "--command", LOOK))
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(options.port, server)
            say(
                what="catalogue, rendered each time",
                courses=options.courses,
                queries=seen["queries"],
                **per_second(options, "/formations/", "Authorization: Basic none\r\n"),
            )
            for path in ("/formations/", seen["pages"]["CoursePage"]):
                say(what="kept page", **per_second(options, path))
            others = {"calendar": "/formations/calendrier/", "search": "/recherche/?q=lieu"}
            for kind, path in {**seen["pages"], **others}.items():
                say(what="weight", type=kind, **weigh(options.port, path))
        finally:
            server.terminate()
            server.wait(timeout=30)


if __name__ == "__main__":
    main()
