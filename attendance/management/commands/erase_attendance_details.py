"""Erase names, drawings and addresses of attendance that are past their retention."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from attendance.domain.evidence_erasure import erase_past_retention, sessions_past_retention
from core.french import plural


class Command(BaseCommand):
    help = (
        "Efface les détails d’émargement (noms, tracés, adresses) arrivés à l’échéance de "
        "conservation. Les événements et leur chaîne restent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Dit quelles sessions, sans rien effacer."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        if options["dry_run"]:
            for session in sessions_past_retention(on=today):
                self.stdout.write(session.code)
            return
        count = erase_past_retention(on=today)
        self.stdout.write(f"{plural(count, 'détail effacé', 'détails effacés')}.")
