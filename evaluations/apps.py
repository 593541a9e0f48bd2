"""Django application of evaluations."""

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = "Évaluations"

    def ready(self) -> None:
        from evaluations import (  # noqa: F401  they register
            announcements,
            dated_rules,
            journal_verbs,
            receivers,
            roles,
        )

        roles.declare()
