"""Django application of exchange."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = "Échanges"

    def ready(self) -> None:
        from exchange import dated_rules, journal_verbs, roles  # noqa: F401  they register

        roles.declare()
