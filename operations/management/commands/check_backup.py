"""Tries a backup: restores it elsewhere and checks it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.exceptions import DomainError
from operations.domain.backups import making, trying


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans un dossier provisoire et vérifie tout ce qu’elle contient."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", nargs="?", help="Sinon la dernière de BACKUP_DIR.")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = making.kept_in(settings.BACKUP_DIR)
        if not options["archive"] and not kept:
            raise CommandError("Aucune sauvegarde dans BACKUP_DIR.")
        path = Path(options["archive"]).expanduser() if options["archive"] else kept[-1]
        try:
            trying.try_restoring(path)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{path.name} se restaure, et tout y est conforme.")
