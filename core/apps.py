"""Django application of what every app builds on."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        from core import announcements, journal_verbs, roles  # noqa: F401  they register

        roles.declare()
