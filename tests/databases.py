"""The test database: made once, and always found as the migrations leave it.

Migrating an empty SQLite database takes far longer than most tests: the migrated file is kept in
pytest's cache folder, under a key made of the migrations, and copied.
"""

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import TransactionTestCase

CACHE = settings.BASE_DIR / ".pytest_cache" / "databases"
KEPT = 3
#: Rows of each table that the migrations filled: name → (columns, rows).
Baseline = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def _cache_key() -> str:
    """Digest of what decides the content of a migrated database."""
    files = {Path(apps.get_app_config("operations").path) / "roles.py"}
    for app in apps.get_app_configs():
        module, _explicit = MigrationLoader.migrations_module(app.label)
        if module == f"{app.name}.migrations":
            files.update((Path(app.path) / "migrations").glob("*.py"))
    digest = hashlib.sha256(sqlite3.sqlite_version.encode())
    for path in sorted(files):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:24]


@contextmanager
def from_cache(*, renew: bool = False) -> Iterator[bool]:
    """On SQLite, puts a migrated file where the tests look for theirs; inside the block, the
    database is brought up to date. Yields whether there was one; if not, it is kept for later.

    Only one process at a time is inside: the others wait for the file it makes.
    """
    if connection.vendor != "sqlite":
        yield False
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = CACHE / f"{_cache_key()}.sqlite3"
        found = path.exists() and not renew
        if found:
            name = connection.settings_dict["TEST"]["NAME"]
            shutil.copyfile(path, name)
            path.touch()
        yield found
        if not found:
            _save(path)
        for old in sorted(CACHE.glob("*.sqlite3"), key=lambda file: -file.stat().st_mtime)[KEPT:]:
            old.unlink()


def _save(path: Path) -> None:
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    connection.ensure_connection()
    copy = sqlite3.connect(draft)
    connection.connection.backup(copy)
    copy.close()
    draft.replace(path)


def read_baseline() -> Baseline:
    """What the migrations wrote: root page, site, locale, roles, permissions…"""
    baseline: Baseline = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows = cursor.fetchall()
            if rows:
                baseline[table] = ([column[0] for column in cursor.description], rows)
    return baseline


def write_baseline(baseline: Baseline) -> None:
    """Write it again into an emptied database, with the same keys."""
    quote = connection.ops.quote_name
    # Foreign keys are checked at the end of the transaction, so the order does not matter.
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in baseline.items():
            names = ", ".join(quote(name) for name in columns)
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})",  # noqa: S608
                rows,
            )


@contextmanager
def flush_leaves_the_baseline() -> Iterator[None]:
    """Inside the block, a test that really commits leaves the database as migrations make it.

    Django would leave it empty, without the root page, the site and the roles, for every test
    that comes after on the same process.
    """
    baseline = read_baseline()

    def fixture_teardown(self: TransactionTestCase) -> None:
        # Sequences go on: the rows written again keep their keys.
        call_command(
            "flush",
            verbosity=0,
            interactive=False,
            reset_sequences=False,
            inhibit_post_migrate=True,
        )
        write_baseline(baseline)

    with patch.object(TransactionTestCase, "_fixture_teardown", fixture_teardown):
        yield
