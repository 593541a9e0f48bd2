"""Makes a backup while the site runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.exceptions import DomainError
from operations.domain.backups import making


class Command(BaseCommand):
    help = (
        "Sauvegarde la base et les fichiers dans une archive, pendant que le site fonctionne. "
        "L’archive contient tout, clé secrète comprise quand elle est dans DATA_DIR : gardez-la "
        "comme le site lui-même."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", help="Dossier de l’archive ; sinon BACKUP_DIR.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"] or settings.BACKUP_DIR).expanduser()
        try:
            run = making.back_up(folder)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{folder / run.archive} : {run.files} fichiers, {run.size} octets.")
