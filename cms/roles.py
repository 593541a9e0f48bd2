"""What editors may do on the site."""

from django.contrib.auth.models import Group, Permission

from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from core.registry import Role, grant_models, on_roles_applied

SNIPPETS = ["lexiconentry", "newscategory", "partner", "sector", "theme"]
EDITORS = [Role.EDITOR, Role.DIRECTION]
PAGE_CODENAMES = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]
FILE_CODENAMES = [
    ("wagtailimages", "add_image"),
    ("wagtailimages", "change_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "change_document"),
    ("wagtaildocs", "choose_document"),
]


def declare() -> None:
    """Register the permissions of the site."""
    grant_models("cms", SNIPPETS, ["view", "add", "change", "delete"], to=EDITORS)
    grant_models("cms", ["watchedwording"], ["view"], to=EDITORS)
    grant_models("cms", ["watchedwording"], ["add", "change"], to=[Role.DIRECTION])
    grant_models("wagtailredirects", ["redirect"], ["view", "add", "change", "delete"], to=EDITORS)
    on_roles_applied(let_editors_write)


def let_editors_write() -> None:
    """Give editors the whole tree of pages, and its pictures and documents; withdraw the rest.

    Idempotent.
    """
    tree = Page.get_first_root_node()
    files = Collection.get_first_root_node()
    pages = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=PAGE_CODENAMES
    )
    kept_pages, kept_files = [], []
    for role in EDITORS:
        group = Group.objects.get(name=role.label)
        if tree:
            for permission in pages:
                row, _made = GroupPagePermission.objects.get_or_create(
                    group=group, page=tree, permission=permission
                )
                kept_pages.append(row.pk)
        if files:
            for app_label, codename in FILE_CODENAMES:
                permission = Permission.objects.get(
                    content_type__app_label=app_label, codename=codename
                )
                row, _made = GroupCollectionPermission.objects.get_or_create(
                    group=group, collection=files, permission=permission
                )
                kept_files.append(row.pk)
    # The roles of the product have what is written here, and nothing else.
    GroupPagePermission.objects.filter(group__name__in=Role.labels).exclude(
        pk__in=kept_pages
    ).delete()
    GroupCollectionPermission.objects.filter(group__name__in=Role.labels).exclude(
        pk__in=kept_files
    ).delete()
