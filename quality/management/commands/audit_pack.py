"""`manage.py audit_pack --from D --to D [--session CODE…] --output FILE`."""

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import DomainError
from core.french import plural
from quality.domain import packs
from quality.domain.referential import referentials


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"« {text} » n’est pas une date : écrivez 2026-09-14.") from None


class Command(BaseCommand):
    """Writes an audit pack to a file."""

    help = "Écrit le dossier d’audit d’une période ou de sessions choisies dans un fichier ZIP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="start", type=_day, help="premier jour (2026-01-01)")
        parser.add_argument("--to", dest="end", type=_day, help="dernier jour, compris")
        parser.add_argument(
            "--session", action="append", default=[], help="code d’une session ; peut se répéter"
        )
        parser.add_argument(
            "--referential",
            default="",
            choices=["", *(item.id for item in referentials())],
            help="version du référentiel ; celle du jour par défaut",
        )
        parser.add_argument("--output", required=True, type=Path, help="fichier ZIP à écrire")

    def handle(self, **options: Any) -> None:
        output: Path = options["output"]
        if bool(options["start"]) != bool(options["end"]):
            raise CommandError("Indiquez --from et --to ensemble.")
        if output.exists():
            raise CommandError(f"{output} existe déjà : rien n’a été écrit.")
        if not output.parent.is_dir():
            raise CommandError(f"Le dossier {output.parent} n’existe pas.")
        selection = packs.selection_for(
            start=options["start"],
            end=options["end"],
            codes=tuple(options["session"]),
            referential_id=options["referential"],
        )
        try:
            result = packs.export(selection=selection, output=output)
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        except OSError as error:
            raise CommandError(f"{output} n’a pas pu être écrit ({error.strerror}).") from error
        counts = result.counts
        self.stdout.write(
            f"{output} : {plural(counts['sessions'], 'session')}, "
            f"{plural(counts['pieces'], 'pièce')}, {plural(counts['gaps'], 'manque')}."
        )
        self.stdout.write(f"Empreinte de manifest.json : {result.manifest_sha256}")
