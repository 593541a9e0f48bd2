"""What every test is held to, and what every test may ask for.

Held to, without asking: an undefined variable fails in our templates; a list without an order
comes back shuffled; a page outside /gestion/ carries nothing inline; the network is closed; the
cache is empty at the start, and windows of limits begin then; `on_commit` callbacks run when a
request of the test client ends. In a test that calls the domain itself, `run_commits()` or
`run_jobs()` runs them.

`--at "2026-12-31 23:50"` runs the suite as if it were then in Paris: what depends on the hour or
on the day shows itself. Browsers keep the true time, so what opens one is left out.
"""

import datetime as dt
import gc
import os
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import time_machine

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

pytest_plugins = ["tests.browsing", "tests.cast"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--at", metavar="WHEN", help='run as if it were WHEN in Paris ("2026-12-31 23:50")'
    )


def pytest_configure(config: pytest.Config) -> None:
    if moment := config.getoption("--at"):
        then = dt.datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Paris"))
        # Before the tests are read: some take the day when they are imported.
        travel = time_machine.travel(then, tick=True)
        travel.start()
        config.add_cleanup(travel.stop)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported: a fifth of the time of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what opens a browser; leave out what needs PostgreSQL when there is none.

    With two processes, the browser tests of one file stay together (one Chromium a process is
    enough), and so do all tests of concurrency.
    """
    from django.conf import settings

    left_out = []
    for item in items:
        if _opens_a_browser(item):
            item.add_marker(pytest.mark.browser)
        if (
            item.get_closest_marker("postgres")
            and settings.DATABASE_IS_SQLITE
            or item.get_closest_marker("browser")
            and config.getoption("--at")
        ):
            left_out.append(item)
        if item.get_closest_marker("concurrency"):
            item.add_marker(pytest.mark.xdist_group("concurrency"))
        elif item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group(f"browser {item.path.stem}"))
        # A browser is another program, on a machine that CI shares with others: once more, and
        # the summary names it. Elsewhere it fails, so that whoever wrote it looks.
        if item.get_closest_marker("browser") and os.environ.get("CI"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def _opens_a_browser(item: pytest.Item) -> bool:
    """Whether it asks for a browser, by itself or by the name that a parameter gives."""
    asked = set(getattr(item, "fixturenames", ()))
    if hasattr(item, "callspec"):
        asked.update(value for value in item.callspec.params.values() if isinstance(value, str))
    return bool(asked & {"chromium", "page", "phone"})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing is skipped: a missing program there is a fault of the set-up."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI does not allow: {report.longrepr}"
    if report.failed and call.when == "call":
        from tests.browsing import what_is_shown

        report.sections += what_is_shown(getattr(item, "funcargs", {}))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on which database the tests ran."""
    from django.db import connection

    terminalreporter.write_line(f"Database: {connection.vendor}")


# --- Held to, without asking --------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> Iterator[None]:
    from tests.strictness.network import only_loopback

    with only_loopback():
        yield


@pytest.fixture(autouse=True)
def _strictness() -> Iterator[None]:
    from django.core.cache import cache

    from tests.strictness.ordering import unordered_querysets_are_shuffled
    from tests.strictness.requests import requests_commit_and_pages_are_checked
    from tests.strictness.templates import undefined_variables_fail
    from tests.strictness.windows import windows_begin_with_the_test

    cache.clear()
    with (
        undefined_variables_fail(),
        unordered_querysets_are_shuffled(),
        requests_commit_and_pages_are_checked(),
        windows_begin_with_the_test(),
    ):
        yield


# --- Database -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: "DjangoDbBlocker",
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """The migrated database, from pytest's cache when it can be."""
    from django.test.utils import setup_databases, teardown_databases

    from tests import databases

    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        with databases.from_cache(renew=django_db_createdb) as copied:
            made = setup_databases(
                verbosity=0,
                interactive=False,
                aliases={"default"},
                serialized_aliases=set(),
                keepdb=keep or copied,
            )
        flush = databases.flush_leaves_the_baseline()
        flush.__enter__()
    yield
    with django_db_blocker.unblock():
        flush.__exit__(None, None, None)
        if not keep:
            teardown_databases(made, verbosity=0)


# --- What every test may ask for ----------------------------------------------------------------


@pytest.fixture
def run_commits(db: None) -> Callable[[], None]:
    """Runs what the code asked to run after the commit that a test never makes."""
    from tests.strictness.requests import run_commit_callbacks

    return run_commit_callbacks


@pytest.fixture
def run_jobs(db: None) -> Callable[[], None]:
    """Runs, here and now, every background job that is due, then sends every mail that waits."""
    from core.domain import jobs, outbox
    from tests.strictness.requests import run_commit_callbacks

    def run() -> None:
        run_commit_callbacks()
        while jobs.run_due() + outbox.deliver_due():
            run_commit_callbacks()

    return run
