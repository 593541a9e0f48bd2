"""Gives the roles exactly their permissions, each time the database is migrated."""

from typing import Any

from django.contrib.auth.management import _get_all_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from core.domain import journal
from core.registry import Role, registry

#: Groups that Wagtail makes in every new site.
WAGTAIL_GROUPS = ("Editors", "Moderators")


def apply_roles(**_signal: Any) -> None:
    """Make the groups of staff and give them what the apps declared, no more and no less.

    A permission that the code no longer lists is withdrawn from the shipped roles. A role that
    the direction composed keeps its own, but for those that no longer exist. Idempotent.

    Not in a migration: permissions of new models do not exist yet when migrations run.
    """
    with transaction.atomic():
        if not Group.objects.filter(name__in=Role.labels).exists():
            _remove_groups_of_wagtail()
        for role in Role:
            group, _created = Group.objects.get_or_create(name=role.label)
            group.permissions.set(_permissions(registry.permissions.get(role.value, set())))
        for setup in registry.role_setups:
            setup()
        gone = _gone_permissions()
        for group in Group.objects.exclude(name__in=Role.labels).filter(permissions__in=gone):
            group.permissions.remove(*gone)


def _remove_groups_of_wagtail() -> None:
    """At the first start only: a role that the direction names « Editors » later is its own."""
    Group.objects.filter(name__in=WAGTAIL_GROUPS, user=None).delete()


def is_shipped(group: Group) -> bool:
    """Whether the group is a role that comes with the product: its permissions are the code's."""
    return group.name in Role.labels


def copy_role(*, group: Group, name: str, actor: User | None) -> Group:
    """A new role of that name with the permissions of another, on pages and files too. Journaled.

    The name must be free: the form has checked it, the database too.
    """
    with transaction.atomic():
        copy = Group.objects.create(name=name)
        copy.permissions.set(group.permissions.all())
        for kind in ("page_permissions", "collection_permissions", "site_permissions"):
            rows = list(getattr(group, kind).all())
            for row in rows:
                row.pk, row.group = None, copy
            getattr(copy, kind).bulk_create(rows)
        journal.record(
            actor=actor,
            verb="role.copied",
            subject=copy,
            details={"name": name, "from": group.name, "from_id": group.pk},
        )
    return copy


def rights_of(group: Group) -> list[str]:
    """Everything that the role gives, on pages and files too, as sorted text for the journal."""
    names = {
        f"{app_label}.{codename}"
        for app_label, codename in group.permissions.values_list(
            "content_type__app_label", "codename"
        )
    }
    names |= {
        f"page {row.page_id}: {row.permission.codename}"
        for row in group.page_permissions.select_related("permission")
    }
    names |= {
        f"collection {row.collection_id}: {row.permission.codename}"
        for row in group.collection_permissions.select_related("permission")
    }
    names |= {
        f"site {row.site_id}: {row.permission.codename}"
        for row in group.site_permissions.select_related("permission")
    }
    return sorted(names)


def record_created(*, group: Group, actor: User | None) -> None:
    """Journal a role composed from nothing, inside the caller's transaction."""
    journal.record(
        actor=actor,
        verb="role.created",
        subject=group,
        details={"name": group.name, "given": rights_of(group)},
    )


def record_changed(
    *, group: Group, former_name: str, former_rights: list[str], actor: User | None
) -> None:
    """Journal what a composed role gained and lost; nothing when nothing changed."""
    rights = rights_of(group)
    given = sorted(set(rights) - set(former_rights))
    withdrawn = sorted(set(former_rights) - set(rights))
    if not given and not withdrawn and group.name == former_name:
        return
    journal.record(
        actor=actor,
        verb="role.changed",
        subject=group,
        details={
            "name": group.name,
            "former_name": former_name,
            "given": given,
            "withdrawn": withdrawn,
        },
    )


def record_deleted(*, group: Group, actor: User | None) -> None:
    """Journal a composed role about to be deleted: its name, its rights, how many had it."""
    journal.record(
        actor=actor,
        verb="role.deleted",
        subject=group,
        details={
            "name": group.name,
            "withdrawn": rights_of(group),
            "users": group.user_set.count(),
        },
    )


def permissions_of_roles() -> QuerySet[Permission]:
    """Every permission that some role of the product has: what a composed role may be made of."""
    names = set().union(*registry.permissions.values())
    return Permission.objects.filter(_any_of(names)) if names else Permission.objects.none()


def _permissions(names: set[str]) -> list[Permission]:
    if not names:
        return []
    found = list(Permission.objects.filter(_any_of(names)).select_related("content_type"))
    known = {f"{item.content_type.app_label}.{item.codename}" for item in found}
    if unknown := sorted(names - known):
        raise LookupError(f"Roles name permissions that do not exist: {', '.join(unknown)}")
    return found


def _any_of(names: set[str]) -> Q:
    query = Q()
    for name in sorted(names):
        app_label, codename = name.split(".")
        query |= Q(content_type__app_label=app_label, codename=codename)
    return query


def _gone_permissions() -> list[Permission]:
    """Permissions of a model or of an app that is no longer there, or that no model declares.

    Django never removes them. Wagtail makes some by itself (publish, lock, unlock).
    """
    found = []
    for permission in Permission.objects.select_related("content_type").order_by("pk"):
        model = permission.content_type.model_class()
        if model is None:
            found.append(permission)
            continue
        declared = {codename for codename, _name in _get_all_permissions(model._meta)}
        declared |= {f"{verb}_{model._meta.model_name}" for verb in ("publish", "lock", "unlock")}
        if permission.codename not in declared:
            found.append(permission)
    return found
