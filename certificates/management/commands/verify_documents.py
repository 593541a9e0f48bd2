"""Reads every stored file again and names those that are no longer what was issued."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.domain.sealing import integrity
from certificates.models import DocumentFile
from core.registry import evidence_faults


class Command(BaseCommand):
    """Exit 1 when something differs."""

    help = "Recalcule l’empreinte de chaque fichier conservé et nomme ceux qui diffèrent."

    def handle(self, *args: Any, **options: Any) -> None:
        differing = 0
        for found in integrity.verify_files():
            differing += 1
            self.stderr.write(f"{found.document} ({found.document.uuid}) : {found.sentence}")
        for fault in evidence_faults():
            differing += 1
            self.stderr.write(f"Racines publiées : {fault}.")
        if differing:
            raise CommandError(f"{differing} écart(s) : ce qui est conservé a changé.")
        self.stdout.write(f"{DocumentFile.objects.count()} fichier(s) intact(s).")
