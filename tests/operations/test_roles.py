"""Roles of the product have exactly the permissions of the code; others are composed from them."""

import re

import pytest

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from core.models import JournalEntry
from core.registry import Role
from operations.roles import apply_roles, copy_role
from tests.cast import Actor
from training.models import Learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped() -> Group:
    return Group.objects.get(name=Role.EDITOR.label)


def rights(group: Group) -> set[tuple[object, ...]]:
    """Everything a group may do."""
    return {
        *group.permissions.values_list("content_type__app_label", "codename"),
        *group.page_permissions.values_list("page", "permission__codename"),
        *group.collection_permissions.values_list("collection", "permission__codename"),
    }


def gone() -> Permission:
    """The permission of a model that is no longer there."""
    kind = ContentType.objects.create(app_label="training", model="removedmodel")
    return Permission.objects.create(content_type=kind, codename="view_removedmodel", name="Voir")


@pytest.mark.parametrize("role", list(Role))
def test_a_role_of_the_product_loses_what_the_code_does_not_list(role: Role) -> None:
    group = Group.objects.get(name=role.label)
    before = rights(group)
    group.permissions.add(Permission.objects.get(codename="delete_learner"), gone())
    deep = Page.objects.order_by("-depth")[0]
    page = Permission.objects.get(codename="bulk_delete_page")
    file = Permission.objects.get(codename="delete_document")
    GroupPagePermission.objects.create(group=group, page=deep, permission=page)
    GroupCollectionPermission.objects.create(
        group=group, collection=Collection.get_first_root_node(), permission=file
    )
    apply_roles()
    assert rights(group) == before


def test_a_role_of_the_product_gets_back_what_it_lost(shipped: Group) -> None:
    before = rights(shipped)
    shipped.permissions.clear()
    shipped.page_permissions.all().delete()
    apply_roles()
    assert rights(shipped) == before


def test_a_composed_role_loses_only_what_no_longer_exists() -> None:
    group = Group.objects.create(name="Accueil")
    kind = ContentType.objects.get_for_model(Learner)
    withdrawn = Permission.objects.create(
        content_type=kind, codename="whisper_learner", name="Chuchoter"
    )
    kept = Permission.objects.get(codename="delete_learner")
    group.permissions.add(kept, withdrawn, gone())
    apply_roles()
    assert list(group.permissions.all()) == [kept]


def test_no_permission_of_today_is_taken_for_a_gone_one() -> None:
    group = Group.objects.create(name="Tout")
    group.permissions.set(Permission.objects.all())
    apply_roles()
    assert group.permissions.count() == Permission.objects.count()


def test_a_copy_has_the_same_rights_and_a_line_in_the_journal(
    direction: Actor, shipped: Group
) -> None:
    url = reverse("wagtailusers_groups:copy", args=[shipped.pk])
    assert "Nom du nouveau rôle" in direction.get(url).content.decode()
    answer = direction.post(url, {"name": "Accueil"})
    copy = Group.objects.get(name="Accueil")
    assert answer.url == reverse("wagtailusers_groups:edit", args=[copy.pk])
    assert rights(copy) == rights(shipped) != set()
    entry = JournalEntry.objects.get(verb="role.copied")
    assert (entry.actor, entry.object_id) == (direction.user, str(copy.pk))


def test_a_copy_needs_a_name_that_is_free(direction: Actor, shipped: Group) -> None:
    url = reverse("wagtailusers_groups:copy", args=[shipped.pk])
    answer = direction.post(url, {"name": shipped.name.upper()})
    assert "Un rôle porte déjà ce nom." in answer.content.decode()
    assert not JournalEntry.objects.filter(verb="role.copied").exists()


def test_a_role_of_the_product_is_read_and_never_changed(direction: Actor, shipped: Group) -> None:
    before = rights(shipped)
    edit = reverse("wagtailusers_groups:edit", args=[shipped.pk])
    delete = reverse("wagtailusers_groups:delete", args=[shipped.pk])
    page = direction.get(edit).content.decode()
    assert "Ce rôle est fourni avec le logiciel" in page
    assert '<fieldset class="role-read" disabled>' in page
    assert "Copier ce rôle" in page
    assert delete not in page
    direction.post(edit, {"name": "Autre"})
    direction.post(delete)
    shipped.refresh_from_db()
    assert (shipped.name, rights(shipped)) == (Role.EDITOR.label, before)


def test_a_composed_role_is_changed_within_what_one_may_oneself(direction: Actor) -> None:
    group = copy_role(
        group=Group.objects.get(name=Role.QUALITY.label), name="Accueil", actor=direction.user
    )
    edit = reverse("wagtailusers_groups:edit", args=[group.pk])
    page = direction.get(edit).content.decode()
    assert "role-read" not in page
    mine = Permission.objects.get(codename="view_auditpack")
    too_much = Permission.objects.get(codename="add_user")
    data = {
        "name": "Accueil",
        **dict.fromkeys(re.findall(r'name="([a-z_]+-(?:TOTAL|INITIAL)_FORMS)"', page), 0),
    }
    direction.post(edit, {**data, "permissions": [mine.pk, too_much.pk]})
    assert too_much not in group.permissions.all()
    direction.post(edit, {**data, "name": "Accueil du matin", "permissions": [mine.pk]})
    group.refresh_from_db()
    assert group.name == "Accueil du matin"
    assert mine in group.permissions.all()
    assert not group.permissions.filter(codename="add_user").exists()


def test_the_list_of_roles_offers_to_copy_each(direction: Actor, shipped: Group) -> None:
    page = direction.get(reverse("wagtailusers_groups:index")).content.decode()
    assert reverse("wagtailusers_groups:copy", args=[shipped.pk]) in page
    assert reverse("wagtailusers_groups:delete", args=[shipped.pk]) not in page


def test_groups_of_wagtail_go_at_the_first_start_and_only_then() -> None:
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    Group.objects.filter(name__in=Role.labels).delete()
    Group.objects.create(name="Editors")
    apply_roles()
    assert not Group.objects.filter(name="Editors").exists()
    Group.objects.create(name="Editors")
    apply_roles()
    assert Group.objects.filter(name="Editors").exists()


def test_a_role_composed_changed_and_deleted_leaves_its_lines_in_the_journal(
    direction: Actor,
) -> None:
    add = reverse("wagtailusers_groups:add")
    page = direction.get(add).content.decode()
    forms = dict.fromkeys(re.findall(r'name="([a-z_]+-(?:TOTAL|INITIAL)_FORMS)"', page), 0)
    mine = Permission.objects.get(codename="view_auditpack")
    direction.post(add, {**forms, "name": "Accueil", "permissions": [mine.pk]})
    group = Group.objects.get(name="Accueil")
    edit = reverse("wagtailusers_groups:edit", args=[group.pk])
    direction.post(edit, {**forms, "name": "Accueil", "permissions": [mine.pk]})
    direction.post(edit, {**forms, "name": "Accueil", "permissions": []})
    direction.post(reverse("wagtailusers_groups:delete", args=[group.pk]))

    entries = JournalEntry.objects.filter(object_id=str(group.pk), verb__startswith="role.")
    assert sorted(entry.verb for entry in entries) == [
        "role.changed",
        "role.created",
        "role.deleted",
    ]
    assert {entry.actor for entry in entries} == {direction.user}
    changed = entries.get(verb="role.changed").details.data
    assert changed["withdrawn"] == [f"{mine.content_type.app_label}.view_auditpack"]
    assert not Group.objects.filter(name="Accueil").exists()
