"""Django application of attendance."""

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = "Émargement"

    def ready(self) -> None:
        from attendance import dated_rules, journal_verbs, roles  # noqa: F401  they register
        from attendance.domain import waiting  # noqa: F401  what keeps a session from completion

        roles.declare()
