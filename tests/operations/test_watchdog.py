"""A worker that is there and does nothing is replaced; one that works is left alone."""

import http.server
import json
import threading
from collections.abc import Iterator

import pytest

from operations import watchdog
from operations.domain import health

START = 1000.0
LATER = START + watchdog.PATIENCE + 1


class Bench:
    """A watch whose questions and kills are noted."""

    def __init__(self) -> None:
        self.found: set[str] = {watchdog.SILENT}
        self.asked = 0
        self.killed: list[int] = []
        self.watch = watchdog.Watch(self._ask, self.killed.append)
        for name, pid in (("web", 10), ("worker-0", 11), ("beat", 12)):
            self.runs(name, pid, at=START)

    def _ask(self) -> set[str]:
        self.asked += 1
        return self.found

    def runs(self, name: str, pid: int, *, at: float) -> None:
        payload = {"processname": name, "groupname": "site", "pid": str(pid)}
        self.watch.heard("PROCESS_STATE_RUNNING", payload, at=at)

    def tick(self, *, at: float) -> list[str]:
        return self.watch.heard("TICK_60", {"when": "1"}, at=at)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_worker_and_clock_are_killed_when_nothing_was_swept_for_minutes(bench: Bench) -> None:
    assert bench.tick(at=LATER) == ["beat", "worker-0"]
    assert sorted(bench.killed) == [11, 12]


def test_those_that_replace_them_get_the_same_time(bench: Bench) -> None:
    bench.tick(at=LATER)
    bench.runs("worker-0", 21, at=LATER + 2)
    assert bench.tick(at=LATER + 60) == []
    assert bench.tick(at=LATER + 2 + watchdog.PATIENCE) == ["worker-0"]
    assert bench.killed[-1] == 21


def test_nothing_is_asked_before_they_had_the_time_to_sweep(bench: Bench) -> None:
    assert bench.tick(at=START + 60) == []
    assert bench.asked == 0


@pytest.mark.parametrize(
    "found",
    [set(), {"jobs_late"}, {"database"}, {watchdog.SILENT, watchdog.NO_SPACE}],
    ids=["all well or no answer", "late", "no database", "disk full"],
)
def test_other_troubles_are_no_reason_to_kill(bench: Bench, found: set[str]) -> None:
    bench.found = found
    assert bench.tick(at=LATER) == []
    assert bench.killed == []


class _Site(http.server.BaseHTTPRequestHandler):
    hosts: list[str] = []
    content = b""

    def do_GET(self) -> None:
        self.hosts.append(self.headers["Host"])
        self.send_response(503)
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *args: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def site() -> Iterator[int]:
    server = http.server.HTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_site_is_asked_on_the_machine_under_its_own_name(site: int) -> None:
    _Site.content = json.dumps({"codes": ["sweep_late"]}).encode()
    assert watchdog.problems(site, "https://formation.example") == {"sweep_late"}
    assert _Site.hosts[-1] == "formation.example"


def test_an_answer_that_means_nothing_is_no_problem(site: int) -> None:
    _Site.content = b"<html>"
    assert watchdog.problems(site, "http://127.0.0.1") == set()


def test_no_answer_is_no_problem() -> None:
    assert watchdog.problems(1, "http://127.0.0.1") == set()


@pytest.mark.django_db
def test_the_watchdog_and_the_site_use_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.settings, "DISK_FLOOR", 10**18)
    codes = {problem.code for problem in health.problems()}
    assert {watchdog.SILENT, watchdog.NO_SPACE} <= codes
