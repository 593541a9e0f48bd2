"""Queues, and issues with `--wait`, every document due at the end of a session."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates import kinds
from certificates.domain.issuing import completion
from certificates.enums import DocumentState
from certificates.models import Document
from core.domain import jobs
from core.exceptions import DomainError
from training.models import TrainingSession

PAUSE = 0.2  # seconds between two looks at what a worker is drawing


class Command(BaseCommand):
    """What is already issued stays; only what is missing is asked for."""

    help = "Demande les certificats d’une session terminée et sa feuille d’émargement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", help="code de la session, par exemple S-2026-01")
        parser.add_argument(
            "--wait", action="store_true", help="émet les documents avant de rendre la main"
        )
        parser.add_argument(
            "--timeout", type=int, default=600, help="secondes d’attente au plus, avec --wait"
        )

    def handle(self, *args: Any, session: str, wait: bool, timeout: int, **options: Any) -> None:
        found = (
            TrainingSession.objects.select_related("programme_version__programme")
            .filter(code=session)
            .first()
        )
        if found is None:
            raise CommandError(f"Aucune session ne porte le code « {session} ».")
        try:
            queued = completion.request_now(session=found, actor=None)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{len(queued)} document(s) demandé(s) pour {found.code}.")
        if wait:
            self._wait(found, time.monotonic() + timeout)

    def _wait(self, session: TrainingSession, until: float) -> None:
        pending = Document.objects.filter(session=session, state=DocumentState.QUEUED)
        while pending.exists():
            jobs.run_due()
            if not pending.exists():
                break
            if time.monotonic() > until:
                raise CommandError(f"{pending.count()} document(s) encore en préparation.")
            time.sleep(PAUSE)
        failed = Document.objects.filter(session=session, state=DocumentState.FAILED)
        for document in failed.order_by("pk"):
            self.stderr.write(f"{document} : {document.failure}")
        issued = Document.objects.issued().filter(session=session)
        certificates = issued.filter(kind=kinds.CERTIFICATE).count()
        self.stdout.write(f"{certificates} certificat(s) en vigueur pour {session.code}.")
        if failed:
            raise CommandError(f"{len(failed)} document(s) en échec.")
