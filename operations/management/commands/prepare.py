"""Makes an installation ready to serve: database, static files, demonstration."""

import fcntl
import hashlib
import os
import socket
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from certificates.domain.sealing.keys import ensure_demonstration_seal
from operations.management.commands.seed_demo import MARKER as DEMO_MARKER
from training.models import TrainingSession

SEEDED = "seeded\n"


class Command(BaseCommand):
    """One process for what `script/run` needs, so that a second start stays short."""

    help = (
        "Prépare la base et les fichiers statiques ; sème la démonstration dans une base vide, "
        "sauf si DEMO vaut 0 ou si SITE_URL est en https."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check-port",
            action="store_true",
            help="Ne prépare rien si PORT est déjà pris (le site va être servi ensuite).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check_port"]:
            self._check_port()
        self._keep_private()
        self._check_database()
        self._migrate()
        self._collect_static()
        if not settings.SEAL_FILE:
            ensure_demonstration_seal()
        refused = "DEMO" in os.environ and not settings.DEMO
        if not refused and not settings.SITE_IS_SECURE:
            self._seed_demonstration()
        call_command("rebuild_search", if_needed=True, stdout=self.stdout)
        self._say(f"\nLe site : {settings.SITE_URL}/\nLa gestion : {settings.SITE_URL}/gestion/\n")

    def _seed_demonstration(self) -> None:
        """Seed an empty database, or finish what an earlier start left half-done."""
        marker = settings.DATA_DIR / DEMO_MARKER
        if not marker.exists() and TrainingSession.objects.exists():
            return
        if marker.exists() and marker.read_text() == SEEDED:
            call_command("seed_demo", accounts=True, stdout=self.stdout)
            return
        self._say("Démonstration : création des données…")
        call_command("seed_demo", stdout=self.stdout)
        marker.write_text(SEEDED)

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

    def _keep_private(self) -> None:
        """Close to others what a folder made beforehand, or another umask, left open."""
        folder = settings.DATA_DIR
        wanted = {folder: 0o700}
        for pattern in ("db.sqlite3*", "mail/*", "secret_key", "queue/*.msg"):
            wanted |= {path: 0o600 for path in folder.glob(pattern) if path.is_file()}
        closed, refused = [], []
        for path, mode in wanted.items():
            if not path.stat().st_mode & 0o077:
                continue
            try:
                path.chmod(mode)
                closed.append(path)
            except OSError:
                refused.append(path)
        if closed:
            self._say(f"Droits resserrés dans {folder} : plus personne d’autre ne peut y lire.\n")
        if refused:
            self.stderr.write(
                f"Attention : d’autres comptes de la machine peuvent lire {refused[0]} ; "
                f"rendez-en le compte qui lance le site propriétaire, puis fermez-le (chmod go=)."
            )

    def _check_database(self) -> None:
        """Refuse to start on a damaged SQLite file: each write would make it worse."""
        if not settings.DATABASE_IS_SQLITE:
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA quick_check(1)")
                found = cursor.fetchone()[0]
        except DatabaseError as error:
            found = str(error)
        if found != "ok":
            raise CommandError(
                f"La base de données est abîmée ({' '.join(found.split())[:120]}) : rien n’a été "
                "changé ; gardez ce dossier et repartez de la dernière sauvegarde."
            )

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
        if any(app in apps.app_configs for app, _name in unknown):
            raise CommandError(
                "Cette base vient d’une version d’essai que celle-ci ne sait pas reprendre : "
                "gardez son dossier de côté et démarrez avec un DATA_DIR neuf."
            )
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
