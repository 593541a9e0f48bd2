"""How fast the screens of staff answer when years of sessions are behind them.

    python -m benchmarks.bench_lists [--sessions 8400] [--times 20] [--data DIR]

Seeds that many delivered sessions of 12 people (8,400: about 100,000 enrolments) in a database of
its own, and opens each list as the direction does, searches and filters included. `--data` keeps
the seeded folder for another time. Prints one JSON line per screen: median and 95th percentile in
milliseconds, queries. Target: p95 under 500 ms, as many queries as with one session.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from functools import partial
from http import HTTPStatus
from typing import Any

#: What is measured: name of the URL, and its query.
SCREENS = (
    ("wagtailadmin_home", ""),
    ("sessions:index", ""),
    ("sessions:index", "?q=gouvernance"),
    ("half-days:index", ""),
    ("half-days:index", "?state=planned"),
    ("enrolments:index", ""),
    ("enrolments:index", "?state=requested"),
    ("enrolments:index", "?q=morvan"),
    ("learners:index", ""),
    ("learners:index", "?q=morvan"),
    ("companies:index", ""),
    ("agreements:index", ""),
    ("messages:index", ""),
    ("journal:index", ""),
    ("register:index", ""),
    ("register:index", "?q=CR-2026-0001"),
)


def say(figure: str, value: float, unit: str, **more: Any) -> None:
    """One figure, as a JSON line."""
    print(  # noqa: T201
        json.dumps({"figure": figure, "value": round(value, 1), "unit": unit, **more}), flush=True
    )


def set_up(folder: str) -> None:
    """Django on a folder of its own."""
    os.environ.update(DATA_DIR=folder, DEMO="1", DJANGO_SETTINGS_MODULE="config.settings")
    import django

    django.setup()


def seed(sessions: int) -> None:
    """The demonstration, and past sessions up to the number asked."""
    from django.core.management import call_command

    with open(os.devnull, "w") as nowhere:
        call_command("prepare", stdout=nowhere)
        start = time.perf_counter()
        call_command("seed_demo", scale=sessions, stdout=nowhere)
    from training.models import Enrolment

    count = Enrolment.objects.count()
    say("lists.seeding", time.perf_counter() - start, "s", sessions=sessions, enrolments=count)


def note(asked: list[str], execute: Any, sql: str, *more: Any) -> Any:
    """Write a query down, then run it."""
    asked.append(sql)
    return execute(sql, *more)


def measure(times: int) -> None:
    """Each screen, once to warm up, then `times` times."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(email="direction@demonstration.example"))
    for name, query in SCREENS:
        address, figure = reverse(name) + query, f"lists.{name}{query}"
        if (status := client.get(address).status_code) != HTTPStatus.OK:
            say(f"{figure}.refused", status, "status")
            continue
        asked: list[str] = []
        with connection.execute_wrapper(partial(note, asked)):
            client.get(address)
        spent = []
        for _rank in range(times):
            start = time.perf_counter()
            client.get(address)
            spent.append((time.perf_counter() - start) * 1000)
        p95 = round(statistics.quantiles(spent, n=20)[-1], 1)
        more = {"p95": p95, "queries": len(asked), "target_p95": 500}
        say(figure, statistics.median(spent), "ms", **more)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=8400)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--data")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-lists-") as folder:
        set_up(given.data or folder)
        seed(given.sessions)
        measure(given.times)


if __name__ == "__main__":
    sys.exit(main())
