"""Django application of the room."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site public"

    def ready(self) -> None:
        from cms import receivers, roles  # noqa: F401 receivers connect by being imported
        from cms.demo import site  # noqa: F401 registers its step

        roles.declare()
