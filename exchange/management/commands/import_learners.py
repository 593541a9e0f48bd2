"""Imports a register of enrolments from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from core.exceptions import DomainError
from core.french import format_day, plural
from exchange.domain import batches
from exchange.domain.registers import lifecycle
from training.models import TrainingSession


class Command(BaseCommand):
    """The same checks as the screen: every bad line is named, and it is all or nothing."""

    help = (
        "Importe un registre d’inscriptions (.xlsx ou .csv), en entier ou pas du tout ; "
        "les erreurs sont données ligne par ligne."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="le registre")
        parser.add_argument(
            "--session",
            metavar="CODE",
            help="la session, pour un fichier sans colonne « Session »",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="vérifie seulement, n’écrit rien"
        )

    def handle(
        self, *args: Any, file: Path, session: str | None, dry_run: bool, **options: Any
    ) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} : lecture impossible ({error.strerror}).") from error
        chosen = self._session(session)
        try:
            if dry_run:
                totals, report = lifecycle.dry_run(content=content, name=file.name, session=chosen)
                self._tell(totals, report)
                self.stdout.write("Vérification seule : rien n’a été écrit.")
                return
            batch = lifecycle.receive(
                content=content, name=file.name, session=chosen, actor=None, inline=True
            )
            self._tell(batch.totals, batch.report, batch=batch)
            if batch.totals["to_enrol"]:
                lifecycle.confirm(batch=batch, actor=None, inline=True)
                self.stdout.write(f"{plural(batch.totals['to_enrol'], 'personne')} de plus.")
            else:
                batches.reject(batch=batch, actor=None)
                self.stdout.write("Rien à importer.")
        except DomainError as error:
            raise CommandError("\n".join([error.message, *error.details])) from error

    def _session(self, code: str | None) -> TrainingSession | None:
        if not code:
            return None
        found = TrainingSession.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"« {code} » n’est le code d’aucune session.")
        return found

    def _tell(self, totals: dict[str, int], report: dict[str, Any], *, batch: Any = None) -> None:
        """Notes and totals; stops, naming every bad cell, when there is one."""
        earlier = lifecycle.already_committed(batch) if batch is not None else None
        if earlier is not None and earlier.committed_at is not None:
            self.stdout.write(
                f"Ce même fichier a déjà été importé le {format_day(earlier.committed_at)}."
            )
        for note in report["notes"]:
            self.stdout.write(note)
        if report["ignored"]:
            self.stdout.write(f"Colonnes ignorées : {', '.join(report['ignored'])}.")
        if report["problems"]:
            if batch is not None:
                batches.reject(batch=batch, actor=None)
            lines = [
                f"Ligne {item['line']}, {item['column']} : {item['message']}"
                for item in report["problems"]
            ]
            raise CommandError(
                "\n".join([*lines, f"{plural(totals['bad_lines'], 'ligne')} à corriger : "
                                   "rien n’a été écrit."])
            )  # fmt: skip
        self.stdout.write(
            f"{plural(totals['lines'], 'ligne')} : {totals['to_enrol']} à inscrire, "
            f"{totals['already']} déjà inscrites ; personnes nouvelles {totals['new_people']}, "
            f"connues {totals['known_people']} ; entreprises nouvelles "
            f"{totals['new_companies']}, connues {totals['known_companies']}."
        )
        for item in report["sessions"]:
            over = f", dépasse la capacité de {item['over']}" if item["over"] else ""
            self.stdout.write(
                f"{item['code']} : {item['to_enrol']} à inscrire, "
                f"{item['after']} sur {plural(item['seats'], 'place')}{over}."
            )
