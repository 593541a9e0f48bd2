"""Gives the roles their permissions, each time the database is migrated."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from training.registry import Role, registry


def apply_roles(**_signal: Any) -> None:
    """Make the groups of staff and give them what the rooms declared. Idempotent.

    Not in a migration: permissions of new models do not exist yet when migrations run.
    """
    with transaction.atomic():
        for role in Role:
            group, _created = Group.objects.get_or_create(name=role.label)
            group.permissions.add(*_permissions(registry.permissions.get(role.value, set())))
        for setup in registry.role_setups:
            setup()


def _permissions(names: set[str]) -> list[Permission]:
    if not names:
        return []
    query = Q()
    for name in names:
        app_label, codename = name.split(".")
        query |= Q(content_type__app_label=app_label, codename=codename)
    found = list(Permission.objects.filter(query).select_related("content_type"))
    known = {f"{item.content_type.app_label}.{item.codename}" for item in found}
    if unknown := sorted(names - known):
        raise LookupError(f"Roles name permissions that do not exist: {', '.join(unknown)}")
    return found
