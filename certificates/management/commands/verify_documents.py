"""Reads every stored file again and names those that are no longer what was issued."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.domain import files
from certificates.models import DocumentFile


class Command(BaseCommand):
    """Exit 1 when something differs."""

    help = "Recalcule l’empreinte de chaque fichier conservé et nomme ceux qui diffèrent."

    def handle(self, *args: Any, **options: Any) -> None:
        differing = 0
        for found in files.verify_files():
            differing += 1
            self.stderr.write(f"{found.document} ({found.document.uuid}) : {found.sentence}")
        if differing:
            raise CommandError(f"{differing} fichier(s) ne correspondent plus.")
        self.stdout.write(f"{DocumentFile.objects.count()} fichier(s) intact(s).")
