"""Django application of people, programmes, sessions and enrolments."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "Formation"

    def ready(self) -> None:
        from training import (  # noqa: F401  they register
            announcements,
            dated_rules,
            journal_verbs,
            roles,
        )

        roles.declare()
