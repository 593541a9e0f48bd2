"""Django application of the domain."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "Formation"

    def ready(self) -> None:
        from training import journal_verbs, receivers, roles  # noqa: F401  they register
        from training.demo import organisation, scale, sessions  # noqa: F401  they register steps

        roles.declare()
