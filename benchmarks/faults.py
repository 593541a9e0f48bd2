"""What becomes of the product when what it stands on breaks: see `script/long faults`.

A site is started by `script/run` in a temporary data folder. Before and after each fault, jobs and
mails are queued; then one measures how long the site takes to answer, and how long until nothing
waits any more.
"""

import argparse
import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
#: Seconds allowed: for the site to answer, for what waits to be done.
SITE_LIMIT, WORK_LIMIT = 15, 60
#: Seconds after which one stops waiting.
GIVEN_UP = 240
#: Room left on the small disk before it is filled, in MiB.
ROOM = 24
OPEN_SESSION = (
    "select code from training_trainingsession where state = 'open' and enrolling = 'public'"
    " order by code desc limit 1"
)
UNFINISHED = (
    "select (select count(*) from core_job where state in ('queued', 'running'))"
    " + (select count(*) from core_message where state = 'queued')"
)
QUEUER = """
import sys, django
django.setup()
from certificates.domain.sealing import integrity
from core.domain import outbox
from core.mails import compose
for line in sys.stdin:
    try:
        integrity.request_check(actor=None)
        for rank in range(2):
            facts = {"reference": "R-1", "author_kind": "essai", "url": "https://exemple.test/"}
            mail = compose("complaint_to_team", facts)
            outbox.send(mail=mail, to_email="essai@example.org")
        answer = "ok"
    except Exception as error:
        answer = type(error).__name__
    print(answer, flush=True)
"""


@dataclass
class Line:
    """What came of a fault."""

    name: str
    site: float
    work: float
    doubles: int
    more: str = ""

    def is_good(self) -> bool:
        return self.site <= SITE_LIMIT and self.work <= WORK_LIMIT and not self.doubles


class Site:
    """The product, running."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rank = int(time.time())
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "ENROLMENTS_PER_HOUR": "1000000",
            "DISK_FLOOR_MB": "5",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        self.log = (folder.parent / f"{folder.name}.log").open("wb")
        self.process = subprocess.Popen(  # noqa: S603  our own command
            [str(ROOT / "script/run")],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )
        self.queuer = subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-c", QUEUER],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    # --- What it does

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, content and cookie; 0 without an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            cookie = (response.getheader("Set-Cookie") or "").split(";")[0]
            return response.status, response.read().decode(errors="replace"), cookie
        except (OSError, http.client.HTTPException):
            return 0, "", ""
        finally:
            connection.close()

    def answers(self) -> bool:
        return self.get("/healthz")[0] == 200

    def enrol(self) -> tuple[int, str]:
        """Send a request for a place; status and content."""
        code = self.one(OPEN_SESSION)
        path = f"/inscription/{code}/"
        status, page, cookie = self.get(path)
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
        if token is None:
            return status, page
        self.rank += 1
        letters = "".join(chr(97 + int(digit)) for digit in str(self.rank))
        body = urlencode(
            {
                "csrfmiddlewaretoken": token[1],
                "first_name": "Camille",
                "last_name": f"Essai {letters}",
                "email": f"essai{self.rank}@example.org",
                "trainee_type": "employee",
                "payer": "employer",
                "employer_name": f"Structure {letters}",
            }
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def queue_job(self) -> None:
        asked, answered = self.queuer.stdin, self.queuer.stdout
        if asked is not None and answered is not None:
            asked.write("\n")
            asked.flush()
            answered.readline()

    def give_work(self) -> None:
        """Two rounds of a job and two mails."""
        for _time in range(2):
            self.queue_job()

    # --- What one sees of it

    def one(self, query: str, *values: str) -> object:
        address = f"file:{self.folder / 'db.sqlite3'}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=30)) as database:
            row = database.execute(query, values).fetchone()
        return row[0] if row else None

    def waiting(self) -> int:
        """Jobs and mails that are not over."""
        return int(str(self.one(UNFINISHED)))

    def doubles(self) -> int:
        """Mails that left more than once."""
        left: Counter[str] = Counter()
        for path in (self.folder / "mail").glob("*"):
            text = path.read_text(errors="replace")
            left.update(re.findall(r"^Message-ID: <([0-9a-f-]{36})@", text, re.MULTILINE))
        return sum(count > 1 for count in left.values())

    def pid(self, name: str) -> int:
        """The process that supervisord calls so."""
        supervisor = (self.folder / "supervisord.pid").read_text().strip()
        for child in self.children(int(supervisor)):
            # One that was just killed is there until it is buried.
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                environment = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
                if f"SUPERVISOR_PROCESS_NAME={name}".encode() in environment:
                    return child
        return 0

    @staticmethod
    def children(pid: int) -> list[int]:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def stop(self) -> float:
        """Stop it as Ctrl-C does; seconds it took."""
        if self.queuer.stdin is not None:
            self.queuer.stdin.close()
        self.queuer.wait(timeout=30)
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        self.log.close()
        return time.monotonic() - started


def until(what: Callable[[], bool], *, limit: float = GIVEN_UP) -> float:
    """Seconds until it is true, or until one gives up."""
    started = time.monotonic()
    while time.monotonic() - started < limit:
        with contextlib.suppress(sqlite3.Error):
            if what():
                break
        time.sleep(0.2)
    return time.monotonic() - started


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


# --- Faults -------------------------------------------------------------------------------------


def kill(pid: int) -> None:
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def remove_queue(site: Site) -> None:
    shutil.rmtree(site.folder / "queue", ignore_errors=True)


def message(content: bytes) -> Callable[[Site], None]:
    def put(site: Site) -> None:
        folder = site.folder / "queue"
        folder.mkdir(exist_ok=True)
        (folder / f"{time.time_ns():020d}_fault.default.msg").write_bytes(content)

    return put


def kill_process(name: str) -> Callable[[Site], None]:
    return lambda site: kill(site.pid(name))


def kill_children(name: str, *, most: int) -> Callable[[Site], None]:
    def do(site: Site) -> None:
        for child in site.children(site.pid(name))[:most]:
            kill(child)

    return do


def kill_workers(site: Site) -> None:
    for name in ("worker-0", "worker-1"):
        kill(site.pid(name))


def lose_queue_and_workers(site: Site) -> None:
    remove_queue(site)
    kill_workers(site)


FAULTS: dict[str, Callable[[Site], None]] = {
    "queue folder removed": remove_queue,
    "empty message": message(b""),
    "message cut in the middle": message(b'{"body": "W1sx'),
    "a worker killed": kill_process("worker-0"),
    "both workers killed": kill_workers,
    "queue removed, workers killed": lose_queue_and_workers,
    "clock killed": kill_process("beat"),
    "a web worker killed": kill_children("web", most=1),
    "web server killed": kill_process("web"),
}


def break_it(site: Site, name: str) -> Line:
    site.give_work()
    FAULTS[name](site)
    broken_at = time.monotonic()
    answering = until(site.answers)
    site.give_work()
    until(lambda: site.waiting() == 0)
    return Line(name, answering, time.monotonic() - broken_at, site.doubles())


def fill_the_disk(site: Site) -> Line:
    """Fill the disk of its data folder, look at what it answers, make room again."""
    filler = site.folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    seen = [f"page {site.get('/')[0]}"]
    status, content = 0, ""
    for _time in range(20):
        status, content = site.enrol()
        if status == 503:
            break
    words = "in words" if "n’a pas été enregistré" in content else "without a word"
    seen.append(f"form {status} {words}")
    site.queue_job()
    time.sleep(30)
    seen.append(f"page after 30 s {site.get('/')[0]}")
    filler.unlink()
    freed_at = time.monotonic()
    answering = until(site.answers)
    site.give_work()
    until(lambda: site.waiting() == 0)
    work = time.monotonic() - freed_at
    seen.append(f"base {site.one('pragma integrity_check')}")
    return Line("disk full", answering, work, site.doubles(), ", ".join(seen))


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[bool]:
    """A disk of `size` MiB at `folder`; False when this user may not mount one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603  our own command
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S603, S607  our own command


def report(lines: list[Line]) -> None:
    head = ("fault", "site (s)", "work (s)", "twice", "")
    say(f"\n{head[0]:32} {head[1]:>9} {head[2]:>9} {head[3]:>6}")
    for line in lines:
        verdict = "ok" if line.is_good() else "TOO LONG OR TWICE"
        say(
            f"{line.name:32} {line.site:9.1f} {line.work:9.1f} {line.doubles:6} {verdict}"
            f"{'  ' + line.more if line.more else ''}"
        )


def started(folder: Path) -> Site:
    site = Site(folder)
    # It seeds the demonstration.
    until(lambda: site.answers() or site.process.poll() is not None, limit=1200)
    if not site.answers():
        site.stop()
        raise SystemExit(f"The site did not start; see {site.log.name}.")
    until(lambda: site.waiting() == 0)
    return site


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--from", dest="source", type=Path, help="a data folder to copy, rather than a new one"
    )
    parser.add_argument("--only", default="", help="those whose name contains this")
    options = parser.parse_args()
    chosen = [name for name in FAULTS if options.only in name]
    work = Path(tempfile.mkdtemp(prefix="faults-"))
    if options.source:
        shutil.copytree(options.source, work / "data")
    lines: list[Line] = []
    site = started(work / "data")
    try:
        for number in range(1, options.rounds + 1):
            for name in chosen:
                lines.append(break_it(site, name))
                say(f"round {number}: {name}: {lines[-1]}")
    finally:
        seconds = site.stop()
    used = sum(path.stat().st_size for path in (work / "data").rglob("*") if path.is_file())
    with small_disk(work / "small", used // 2**20 + ROOM) as mounted:
        if mounted:
            shutil.copytree(work / "data", work / "small", dirs_exist_ok=True)
            site = started(work / "small")
            try:
                for number in range(1, options.rounds + 1):
                    lines.append(fill_the_disk(site))
                    say(f"round {number}: disk full: {lines[-1]}")
            finally:
                seconds = max(seconds, site.stop())
        else:
            say("disk full: left out, this user may not mount a small disk.")
    report(lines)
    say(f"stopped within {seconds:.1f} s; logs in {work}")
    sys.exit(0 if all(line.is_good() for line in lines) else 1)


if __name__ == "__main__":
    main()
