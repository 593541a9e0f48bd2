"""Django application of the room."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site public"

    def ready(self) -> None:
        from cms import journal_verbs, receivers, roles  # noqa: F401 the first two act when imported
        from cms.demo import site  # noqa: F401 registers its step

        roles.declare()
