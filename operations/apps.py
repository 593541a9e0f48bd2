"""Django application of what needs every app."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Exploitation"

    def ready(self) -> None:
        from core.registry import Role, describe_verbs, grant_models
        from operations.demo import (  # noqa: F401  they register their steps
            organisation,
            scale,
            sessions,
        )
        from operations.roles import apply_roles

        # Who composes a role gives it to no one: accounts of staff are made by the owner.
        grant_models("auth", ["group"], ["view", "add", "change", "delete"], to=[Role.DIRECTION])
        grant_models(
            "operations", ["backuprun"], ["view"], to=[Role.DIRECTION, Role.OFFICE, Role.QUALITY]
        )
        describe_verbs(
            {
                "role.changed": "Rôle modifié",
                "role.copied": "Rôle copié",
                "role.created": "Rôle créé",
                "role.deleted": "Rôle supprimé",
            }
        )

        # After the last application has made its own permissions.
        last = list(apps.get_app_configs())[-1]
        post_migrate.connect(apply_roles, sender=last, dispatch_uid="operations.roles")
