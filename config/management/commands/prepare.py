"""Makes an installation ready to serve: database, static files, demonstration."""

import fcntl
import hashlib
import os
import socket
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from certificates.domain.seal_keys import ensure_demonstration_seal
from config.management.commands.seed_demo import MARKER as DEMO_MARKER
from training.models import TrainingSession

PLANTED = "planted\n"


class Command(BaseCommand):
    """One process for what `script/run` needs, so that a second start stays short."""

    help = (
        "Prépare la base et les fichiers statiques ; sème la démonstration dans une base vide, "
        "sauf si DEMO vaut 0 ou si SITE_URL est en https."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self._check_port()
        self._migrate()
        self._collect_static()
        if not settings.SEAL_FILE:
            ensure_demonstration_seal()
        refused = "DEMO" in os.environ and not settings.DEMO
        if not refused and not settings.SITE_IS_SECURE:
            self._plant_demonstration()
        call_command("rebuild_search", if_needed=True, stdout=self.stdout)
        self._say(f"\nLe site : {settings.SITE_URL}/\nLa gestion : {settings.SITE_URL}/gestion/\n")

    def _plant_demonstration(self) -> None:
        """Plant it into an empty database, or finish what an earlier start left half-done."""
        marker = settings.DATA_DIR / DEMO_MARKER
        if not marker.exists() and TrainingSession.objects.exists():
            return
        if marker.exists() and marker.read_text() == PLANTED:
            call_command("seed_demo", accounts=True, stdout=self.stdout)
            return
        self._say("Démonstration : création des données…")
        call_command("seed_demo", stdout=self.stdout)
        marker.write_text(PLANTED)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", settings.PORT))
            except OSError as error:
                raise CommandError(
                    f"Le port {settings.PORT} n’est pas libre ({error.strerror}) ; "
                    "choisissez-en un autre, par exemple PORT=8001 script/run."
                ) from error

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Base de données : mise à jour…")
            call_command("migrate", verbosity=0, interactive=False)

    def _collect_static(self) -> None:
        """Collect again only when a file appeared, went, or changed."""
        seen = hashlib.sha256()
        for finder in get_finders():
            for path, storage in sorted(finder.list(None), key=lambda found: found[0]):
                changed_at = storage.get_modified_time(path).timestamp()
                seen.update(f"{path}\0{storage.size(path)}\0{changed_at}\n".encode())
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        stamp = settings.STATIC_ROOT / ".collected"
        # Two instances may start together, and share this folder.
        with stamp.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if file.read() == seen.hexdigest():
                return
            self._say("Fichiers statiques : préparation…")
            call_command("collectstatic", verbosity=0, interactive=False)
            file.truncate(0)
            file.write(seen.hexdigest())
