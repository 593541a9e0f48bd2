"""Puts a backup back on an empty machine."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.exceptions import DomainError
from operations.domain.backups import restoring


class Command(BaseCommand):
    help = (
        "Restaure une sauvegarde dans un DATA_DIR neuf, sites et tâches arrêtés, puis vérifie "
        "l’empreinte de chaque fichier, chaque chaîne d’émargement et chaque document."
    )
    # Nothing may be asked of a database that is not there yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", help="Le fichier sauvegarde-….zip.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restoring.restore(Path(options["archive"]).expanduser(), say=self.stdout.write)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write("Restauration terminée : démarrez le site.")
