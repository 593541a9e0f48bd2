"""Be the witness of another site: sign the root that it published last."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certificates.domain.proofs import witnessing
from core.exceptions import DomainError


class Command(BaseCommand):
    """Exit 1, and sign nothing, when the site no longer publishes what was seen before."""

    help = (
        "Lit la dernière racine publiée par un autre site, vérifie que ses racines sont toujours "
        "celles qui ont été vues, la signe avec la clé de cette installation et envoie la "
        "signature. À lancer une fois par jour."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site", nargs="?", help="Adresse du site : https://exemple.fr")
        parser.add_argument("--name", help="Le nom sous lequel ce site nous connaît.")
        parser.add_argument(
            "--public-key",
            action="store_true",
            help="Affiche la clé publique à donner à l’autre site, et s’arrête.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["public_key"]:
            self.stdout.write(witnessing.public_key())
            return
        if not options["site"] or not options["name"]:
            raise CommandError("Donnez l’adresse du site et --name, ou --public-key.")
        try:
            row = witnessing.witness(site=options["site"], name=options["name"])
        except DomainError as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        self.stdout.write(f"Signée : racine n° {row.number} de {row.site}, ligne {row.line}.")
