"""`manage.py prepare`: what `script/run` does before it serves."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from django.core.management import CommandError, call_command

from config.management.commands.prepare import PLANTED
from config.management.commands.seed_demo import MARKER
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
            call_command("prepare")
    assert list(installation.iterdir()) == []


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
    (installation / MARKER).write_text(PLANTED)
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
