"""Compute the attendance chains again and say whether they are intact."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from attendance.domain.verification import verify_chain
from core.registry import evidence_faults
from training.models import TrainingSession


class Command(BaseCommand):
    help = (
        "Recalcule la chaîne d’émargement d’une session, ou de toutes. Sort avec le code 1 et "
        "nomme le premier maillon rompu de chaque chaîne. Compare aussi tout ce qui prouve aux "
        "racines publiées ; avec --roots, aux racines d’une liste gardée ailleurs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", nargs="?", help="Code de la session ; toutes par défaut.")

        parser.add_argument(
            "--roots",
            metavar="FICHIER",
            help="Un fichier racines.json téléchargé un jour sur /preuves/, et gardé ailleurs.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sessions = TrainingSession.objects.order_by("code")
        if options["session"]:
            sessions = sessions.filter(code=options["session"])
            if not sessions:
                raise CommandError(f"Session inconnue : {options['session']}")
        faults = evidence_faults(self._roots(options["roots"]))
        for fault in faults:
            self.stderr.write(f"Racines publiées : {fault}.")
        checked = broken = 0
        for session in sessions.iterator(chunk_size=200):
            report = verify_chain(session=session)
            checked += 1
            broken += not report.ok
            if not report.ok:
                self.stderr.write(report.message)
            elif report.events and (options["session"] or options["verbosity"] > 1):
                self.stdout.write(report.message)
        if broken:
            raise CommandError(f"Chaînes rompues : {broken} sur {checked}.", returncode=1)
        if faults:
            raise CommandError(
                "Ce qui est enregistré n’est plus ce qui a été publié.", returncode=1
            )
        self.stdout.write(f"Chaînes vérifiées : {checked}. Aucune rupture.")

    def _roots(self, path: str | None) -> bytes | None:
        try:
            return Path(path).read_bytes() if path else None
        except OSError as error:
            raise CommandError(f"{path} ne peut pas être lu ({error.strerror}).") from error
