"""Make the marks and locks of a session again from its chained events."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from attendance.domain.projection import rebuild_marks
from core.french import plural
from training.models import TrainingSession


class Command(BaseCommand):
    help = "Refait les présences et clôtures d’une session à partir de ses événements chaînés."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", help="Code de la session.")

    def handle(self, *args: Any, **options: Any) -> None:
        session = TrainingSession.objects.filter(code=options["session"]).first()
        if session is None:
            raise CommandError(f"Session inconnue : {options['session']}")
        repaired = rebuild_marks(session=session)
        self.stdout.write(
            f"{session.code} : {plural(repaired, 'ligne refaite', 'lignes refaites')}."
        )
