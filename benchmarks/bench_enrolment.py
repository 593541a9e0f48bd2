"""How many requests for a place a second: real HTTP, gunicorn, sixteen people at a time.

    python benchmarks/bench_enrolment.py [--people 320] [--at-once 16] [--seconds 120] [--port 8107]

Starts a server of its own in a temporary folder (SQLite, or the database of DATABASE_URL, which
must be one to throw away), opens a session with fewer seats than people, and has everybody send
the form. Prints one JSON line; ends with an error if the seats given are not exactly the seats.
"""

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
CODE = "S-MESURE"
SEED = """
import datetime as dt
from django.utils import timezone
from training.models import HalfDay, Programme, ProgrammeVersion, TrainingSession
from training.enums import HalfDayLabel, ProgrammeOrigin, SessionState
content = {"title": "Mesure", "duration_minutes": 210}
version = ProgrammeVersion.objects.create(
    programme=Programme.objects.create(code="mesure"), number=1, origin=ProgrammeOrigin.STAFF,
    title="Mesure", content=content, sha256="0" * 64, published_at=timezone.now(),
)
session = TrainingSession.objects.create(
    code="%s", programme_version=version, max_seats=%d, state=SessionState.OPEN,
    opened_at=timezone.now(),
)
start = timezone.now() + dt.timedelta(days=10)
HalfDay.objects.create(
    session=session, label=HalfDayLabel.MORNING, starts_at=start,
    ends_at=start + dt.timedelta(hours=3, minutes=30), counted_minutes=210,
)
"""
COUNT = """
from training.models import Enrolment
print("given", Enrolment.objects.holding_seat().filter(session__code="%s").count())
"""


def manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  our own command, our own arguments
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


class Person:
    """A browser with one connection and its cookie; sends forms one after the other."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.path = f"/inscription/{CODE}/"
        connection = self._connection()
        connection.request("GET", self.path)
        response = connection.getresponse()
        page = response.read().decode()
        self.cookie = (response.getheader("Set-Cookie") or "").split(";")[0]
        found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
        if response.status != 200 or found is None:
            raise SystemExit(f"The form answered {response.status}.")
        self.token = found[1]

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, rank: int) -> tuple[int, float]:
        """Send the form in the name of number `rank`; (status, seconds)."""
        letters = "".join(chr(97 + int(digit)) for digit in str(rank))
        body = urlencode(
            {
                "csrfmiddlewaretoken": self.token,
                "first_name": "Camille",
                "last_name": f"Mesure {letters}",
                "email": f"mesure{rank}@example.org",
                "trainee_type": "employee",
                "payer": "employer",
                "employer_name": f"Structure {letters}",
            }
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
        connection = self._connection()
        started = time.perf_counter()
        connection.request("POST", self.path, body, headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status, time.perf_counter() - started


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        if server.poll() is not None:
            raise SystemExit("The server stopped at once.")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server does not answer.")


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Everybody asks; what came of it."""
    deadline = time.perf_counter() + options.seconds

    def run(rank_of_thread: int) -> list[tuple[int, float]]:
        person = Person(options.port)
        done = []
        for rank in range(rank_of_thread, options.people, options.at_once):
            if time.perf_counter() > deadline:
                break
            done.append(person.ask(rank))
        return done

    with ThreadPoolExecutor(options.at_once) as pool:
        warm = Person(options.port)
        del warm
        started = time.perf_counter()
        results = [item for part in pool.map(run, range(options.at_once)) for item in part]
        elapsed = time.perf_counter() - started
    taken = sorted(seconds * 1000 for _status, seconds in results)
    statuses = Counter(status for status, _seconds in results)
    return {
        "benchmark": "enrolment",
        "database": "postgresql" if os.environ.get("DATABASE_URL") else "sqlite",
        "at_once": options.at_once,
        "requests": len(results),
        "per_second": round(len(results) / elapsed, 1),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(taken[int(len(taken) * 0.95) - 1], 1),
        "max_ms": round(taken[-1], 1),
        "accepted": statuses[302],
        "refused_full": statuses[409],
        "errors": len(results) - statuses[302] - statuses[409],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=320)
    parser.add_argument("--seats", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--port", type=int, default=8107)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-enrolment-") as folder:
        environment = {
            **os.environ,
            "DATA_DIR": folder,
            "PORT": str(options.port),
            "SITE_URL": f"http://127.0.0.1:{options.port}",
            "ENROLMENTS_PER_HOUR": "1000000",
        }
        environment.pop("DEMO", None)
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        manage(environment, "shell", "--no-imports", "--command", SEED % (CODE, options.seats))
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(options.port, server)
            result = measure(options)
        finally:
            server.terminate()
            server.wait(timeout=30)
        given = int(
            manage(environment, "shell", "--no-imports", "--command", COUNT % CODE).split()[-1]
        )
        expected = min(options.seats, int(str(result["accepted"])))
        sys.stdout.write(
            json.dumps({**result, "seats": options.seats, "seats_given": given}) + "\n"
        )
        if given != expected or result["errors"]:
            raise SystemExit("The seats given are not the seats asked for.")


if __name__ == "__main__":
    main()
