"""Seed the demonstration: `manage.py seed_demo [--scale N] [--accounts]`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.registry import registry
from operations.demo.accounts import ACCOUNTS, DEMO_PASSWORD, account
from training.models import TrainingSession

MARKER = "demo"


class Command(BaseCommand):
    """Deterministic, around the day it is run; running it again seeds what is missing."""

    help = "Plante la démonstration : le site, les sessions, les comptes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            type=int,
            default=0,
            metavar="N",
            help="ajoute de quoi avoir N sessions terminées de 12 personnes, pour les mesures",
        )
        parser.add_argument(
            "--accounts",
            action="store_true",
            help="affiche seulement les comptes de la démonstration",
        )

    def handle(self, *args: Any, scale: int, accounts: bool, **options: Any) -> None:
        if accounts:
            self._print_accounts()
            return
        if scale < 0:
            raise CommandError("--scale attend un nombre positif.")
        marker = settings.DATA_DIR / MARKER
        if settings.SITE_IS_SECURE:
            raise CommandError("La démonstration n’est pas pour un site ouvert au public (https).")
        if TrainingSession.objects.exists() and not marker.exists():
            raise CommandError(
                "Cette base contient déjà de vraies sessions : la démonstration n’y a pas sa place."
            )
        marker.touch()
        # Users of the demonstration exist only under DEMO: the rest of this run is one.
        settings.DEMO = True
        context: dict[str, Any] = {"scale": scale, "actor": account("redaction")}
        for _order, seed in sorted(registry.demo_steps, key=lambda step: step[0]):
            seed(context)
        if scale:
            for _order, seed in sorted(registry.scale_steps, key=lambda step: step[0]):
                seed(context)
        self.stdout.write("La démonstration est en place.")
        self._print_accounts()

    def _print_accounts(self) -> None:
        width = max(len(item.email) for item in ACCOUNTS)
        self.stdout.write(f"Comptes de démonstration (mot de passe : {DEMO_PASSWORD}) :")
        for item in ACCOUNTS:
            door = "/gestion/" if item.role else "/espace/"
            self.stdout.write(f"  {item.email:<{width}}  {item.what}, {door}")
