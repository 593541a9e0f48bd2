"""Django application of what needs every room."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Réglages"

    def ready(self) -> None:
        from config.roles import apply_roles

        # After the last application has made its own permissions.
        last = list(apps.get_app_configs())[-1]
        post_migrate.connect(apply_roles, sender=last, dispatch_uid="config.roles")
