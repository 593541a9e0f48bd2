"""Writes again the text in which pages are searched for."""

from typing import Any

from django.core.management import BaseCommand, CommandParser

from cms.domain import search


class Command(BaseCommand):
    """Never needed day to day: publishing a page keeps its text."""

    help = "Réécrit le texte de recherche de chaque page publiée."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="ne fait rien quand chaque page publiée a déjà son texte",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_needed"] and search.is_complete():
            return
        count = search.rebuild()
        self.stdout.write(f"Pages que l’on peut trouver\u00a0: {count}.")
