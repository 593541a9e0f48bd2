"""Django application of quality."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "quality"
    verbose_name = "Qualité"

    def ready(self) -> None:
        from quality import journal_verbs, roles  # noqa: F401  it registers

        roles.declare()
