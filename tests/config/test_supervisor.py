"""`script/run`: each process is started again by itself, and all stop together."""

import configparser
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.codebase.sources import ROOT

CONFIG = ROOT / "config/supervisor.conf"
#: Writes its process number in the file named after it, then waits to be stopped.
PROGRAM = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
time.sleep(600)
"""
DEADLINE = 60
NAMES = ["web-0", "worker-0", "worker-1", "beat-0"]


def _wait_for(what: Callable[[], bool]) -> bool:
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Site:
    """The configuration of the product, with programs that only wait."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        config = configparser.RawConfigParser(inline_comment_prefixes=(";",))
        config.read(CONFIG)
        for section in config.sections():
            if section.startswith("program:"):
                arguments = f"{folder}/wait.py {folder}/%(program_name)s-%(process_num)d"
                config[section]["command"] = f"{sys.executable} {arguments}"
        config.remove_section("eventlistener:watchdog")
        (folder / "wait.py").write_text(PROGRAM)
        with (folder / "supervisor.conf").open("w") as file:
            config.write(file)
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "supervisor.supervisord",
                    "--nodaemon",
                    *("--user", "root") * (os.getuid() == 0),
                    "--configuration",
                    str(folder / "supervisor.conf"),
                ],
                env={**os.environ, "DATA_DIR": str(folder)},
                cwd=folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def pid(self, name: str) -> int:
        path = self.folder / name
        return int(path.read_text() or 0) if path.exists() else 0

    def pids(self) -> dict[str, int]:
        return {name: self.pid(name) for name in NAMES}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    started = Site(tmp_path)
    assert _wait_for(lambda: all(started.pids().values())), started.log.read_text()
    yield started
    if started.process.poll() is None:
        started.process.terminate()
        started.process.wait(timeout=DEADLINE)


@pytest.mark.parametrize("name", NAMES)
def test_a_killed_process_is_started_again_and_the_others_do_not_notice(
    site: Site, name: str
) -> None:
    before = site.pids()
    os.kill(before[name], signal.SIGKILL)
    assert _wait_for(lambda: site.pid(name) not in {before[name], 0}), site.log.read_text()
    after = site.pids()
    assert {key for key in before if before[key] != after[key]} == {name}
    assert all(_exists(pid) for pid in after.values())
    assert re.search(rf"exited: {name.removesuffix('-0')}", site.log.read_text())


def test_an_order_to_stop_stops_them_all(site: Site) -> None:
    pids = site.pids()
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(timeout=DEADLINE) == 0
    assert not any(_exists(pid) for pid in pids.values())


def test_no_process_is_ever_given_up_and_all_may_end_within_ten_seconds() -> None:
    config = configparser.RawConfigParser(inline_comment_prefixes=(";",))
    config.read(CONFIG)
    programs = [config[name] for name in config.sections() if name.startswith("program:")]
    assert len(programs) == 3
    assert set(config["group:site"]["programs"].split(",")) == {"web", "worker", "beat"}
    for program in programs:
        assert program["autorestart"] == "true"
        assert int(program["startretries"]) >= 100_000
        assert int(program["stopwaitsecs"]) <= 9
        assert program["killasgroup"] == "true"


def test_the_variables_of_the_configuration_are_those_that_script_run_gives() -> None:
    named = set(re.findall(r"%\(ENV_(\w+)\)s", CONFIG.read_text()))
    given = set(re.findall(r"^export (\w+)=", (ROOT / "script/run").read_text(), re.MULTILINE))
    assert named <= given
