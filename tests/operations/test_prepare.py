"""`manage.py prepare`: what `script/run` does before it serves."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from operations.management.commands.prepare import SEEDED
from operations.management.commands.seed_demo import MARKER
from tests.factories import SessionFactory
from training.models import TrainingSession

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installation(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A data folder of its own, a free port, and few static files."""
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.PORT = server.getsockname()[1]
    return tmp_path


def test_a_port_already_taken_is_said_before_anything_is_done(
    settings: Any, installation: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.PORT = server.getsockname()[1]
        with pytest.raises(CommandError, match=f"Le port {settings.PORT} n’est pas libre"):
            call_command("prepare", check_port=True)
    assert list(installation.iterdir()) == []


def test_a_running_site_is_no_reason_to_refuse_a_migration(settings: Any) -> None:
    SessionFactory()
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.PORT = server.getsockname()[1]
        call_command("prepare")


def test_no_demonstration_in_a_base_that_has_real_sessions(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    SessionFactory()
    call_command("prepare")
    assert TrainingSession.objects.count() == 1
    assert not (installation / MARKER).exists()
    assert "/gestion/" in capsys.readouterr().out


def test_no_demonstration_when_it_is_refused(
    installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO", "0")
    call_command("prepare")
    assert not TrainingSession.objects.exists()


def test_no_demonstration_on_a_site_open_to_the_public(settings: Any, installation: Path) -> None:
    settings.SITE_IS_SECURE = True
    call_command("prepare")
    assert not TrainingSession.objects.exists()


def test_a_second_start_only_names_the_accounts(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (installation / MARKER).write_text(SEEDED)
    call_command("prepare")
    assert "Comptes de démonstration" in capsys.readouterr().out
    assert not TrainingSession.objects.exists()


def test_static_files_are_collected_again_only_when_one_changed(
    settings: Any, installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = installation / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    SessionFactory()

    def collects() -> bool:
        call_command("prepare")
        return "Fichiers statiques" in capsys.readouterr().out

    assert collects()
    assert (installation / "static/a.css").exists()
    assert not collects()
    (source / "b.css").write_text("b {}")
    assert collects()


def test_a_base_of_migrations_that_no_longer_exist_is_refused_in_one_line(
    installation: Path,
) -> None:
    MigrationRecorder(connection).record_applied("training", "0002_append_only_triggers")
    with pytest.raises(CommandError, match="démarrez avec un DATA_DIR neuf") as refusal:
        call_command("prepare")
    assert "\n" not in str(refusal.value)


def test_a_damaged_database_is_said_in_one_line_before_anything_is_done(
    settings: Any, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATABASE_IS_SQLITE = True
    damaged = "*** in database main ***\nPage 3: btreeInitPage() returns error code 11"
    found = {"PRAGMA quick_check(1)": damaged}

    class Cursor:
        def __enter__(self) -> "Cursor":
            return self

        def __exit__(self, *error: object) -> None:
            """Nothing to close."""

        def execute(self, sql: str) -> None:
            self.answer = found[sql]

        def fetchone(self) -> tuple[str]:
            return (self.answer,)

    monkeypatch.setattr("operations.management.commands.prepare.connection.cursor", Cursor)
    with pytest.raises(CommandError, match="La base de données est abîmée") as refusal:
        call_command("prepare")
    assert "\n" not in str(refusal.value)
    assert not (installation / "static").exists()


def test_what_others_could_read_is_closed_and_said(
    installation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    SessionFactory()
    (installation / "mail").mkdir()
    exposed = [installation / "db.sqlite3", installation / "mail/1.log"]
    for path in exposed:
        path.write_text("")
        path.chmod(0o644)
    installation.chmod(0o755)

    call_command("prepare")

    assert [path.stat().st_mode & 0o777 for path in (installation, *exposed)] == [
        0o700,
        0o600,
        0o600,
    ]
    assert "Droits resserrés" in capsys.readouterr().out
    call_command("prepare")
    assert "Droits resserrés" not in capsys.readouterr().out


def test_what_is_written_is_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
