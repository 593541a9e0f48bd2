"""The database in one file, while it is in use; and back."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

from core.exceptions import DomainError

#: Debian keeps the programs of PostgreSQL out of the PATH; the newest reads older servers.
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")


def copy_to(path: Path) -> None:
    """Write the database as it is at this moment; writers are not held up.

    SQLite copies itself within one reading transaction, its journal included; a copy of its file
    would leave that out. Raises `DomainError` (`backup_database`).
    """
    if connection.vendor == "sqlite":
        _copy_sqlite(path)
    else:
        run_postgres(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}"
        )
        path.chmod(0o600)


def _copy_sqlite(path: Path) -> None:
    connection.ensure_connection()
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        connection.connection.execute("VACUUM INTO @path", {"path": str(path)})
        with closing(sqlite3.connect(path)) as copy:
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise _failed(str(error)) from error
    if found != "ok":
        raise _failed(str(found))


def is_empty() -> bool:
    """Whether the configured database holds nothing yet; SQLite's file may not even be there."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        if not path.exists() or not path.stat().st_size:
            return True
        with closing(sqlite3.connect(path)) as database:
            return not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return not connection.introspection.table_names()


def put_back(path: Path) -> None:
    """Make the configured database, empty until now, from a copy. Raises as `copy_to`."""
    connection.close()
    if connection.vendor == "sqlite":
        target = Path(connection.settings_dict["NAME"])
        for name in (f"{target}-wal", f"{target}-shm"):
            Path(name).unlink(missing_ok=True)
        shutil.move(path, target)
    else:
        run_postgres(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={connection.settings_dict['NAME']}",
            str(path),
        )


def run_postgres(program: str, *arguments: str, settings: dict[str, Any] | None = None) -> None:
    """Run a program of PostgreSQL on the configured database; its password is in no argument."""
    found = _program(program)
    said = settings or connection.settings_dict
    variables = {
        "PGHOST": said["HOST"],
        "PGPORT": said["PORT"],
        "PGUSER": said["USER"],
        "PGPASSWORD": said["PASSWORD"],
        "PGDATABASE": said["NAME"],
    }
    environment = {**os.environ, **{name: str(value) for name, value in variables.items() if value}}
    done = subprocess.run(  # noqa: S603  a program of PostgreSQL, our own arguments
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise _failed(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else program)


def _program(name: str) -> str:
    installed = sorted(
        DEBIAN_PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3].split(".")[0])
    )
    if installed:
        return str(installed[-1])
    if found := shutil.which(name):
        return found
    raise DomainError(
        f"Il manque le programme {name} : installez le paquet postgresql-client, de la version du "
        "serveur ou plus récent.",
        code="backup_database",
    )


def _failed(why: str) -> DomainError:
    return DomainError(f"La base de données ne se copie pas : {why}.", code="backup_database")
