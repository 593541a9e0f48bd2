"""Compute the attendance chains again and say whether they are intact."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from training.domain.attendance import verify_chain
from training.models import TrainingSession


class Command(BaseCommand):
    help = (
        "Recalcule la chaîne d’émargement d’une session, ou de toutes. Sort avec le code 1 et "
        "nomme le premier maillon rompu de chaque chaîne."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", nargs="?", help="Code de la session ; toutes par défaut.")

    def handle(self, *args: Any, **options: Any) -> None:
        sessions = TrainingSession.objects.order_by("code")
        if options["session"]:
            sessions = sessions.filter(code=options["session"])
            if not sessions:
                raise CommandError(f"Session inconnue : {options['session']}")
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
        self.stdout.write(f"Chaînes vérifiées : {checked}. Aucune rupture.")
