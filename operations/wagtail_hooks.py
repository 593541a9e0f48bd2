"""What the app adds to the Wagtail admin: what is wrong on the home page, roles, accounts."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from wagtail import hooks
from wagtail.admin.ui.components import Component

from accounts.models import User
from accounts.requests import user_of
from operations.domain import health
from operations.domain.backups import standing
from operations.roles import permissions_of_roles
from training.domain.account_addresses import announce_change
from training.models import Learner, Trainer


@hooks.register("register_permissions")
def offer_the_permissions_of_roles() -> QuerySet[Permission]:
    return permissions_of_roles()


@hooks.register("before_edit_user")
def keep_the_address_that_opens_the_account(request: HttpRequest, user: User) -> None:
    # The form has already written on `user`; the database has not changed yet.
    left = User.objects.values_list("email", flat=True).get(pk=user.pk)
    request.address_left = left  # type: ignore[attr-defined]  # read just below


@hooks.register("after_edit_user")
def announce_another_address(request: HttpRequest, user: User) -> None:
    """As when the record of a learner or of a trainer is written."""
    left = request.address_left  # type: ignore[attr-defined]
    if left == user.email:
        return
    with transaction.atomic():
        for model in (Trainer, Learner):
            person = model.objects.filter(user=user).order_by("pk").first()
            if person is not None:
                announce_change(person=person, left=left, actor=user_of(request))
                return


class HealthPanel(Component):
    """What is wrong with the machine, for every member of staff; nothing when all is well."""

    template_name = "operations/health_panel.html"
    order = 0

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"problems": health.problems()}


class BackupsPanel(Component):
    """The last backup and its last try, for those who answer for the data."""

    template_name = "operations/backups_panel.html"
    order = 900

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"lines": standing.lines(), "is_beside_the_data": standing.is_beside_the_data()}


@hooks.register("construct_homepage_panels")
def show_backups(request: HttpRequest, panels: list[Any]) -> None:
    """Last, unless something is wrong: it is read each day, and seldom acted upon."""
    if request.user.has_perm("operations.view_backuprun"):
        panels.append(BackupsPanel())


@hooks.register("construct_homepage_panels")
def warn_on_the_home_page(request: HttpRequest, panels: list[Any]) -> None:
    """Before anything else."""
    panels.append(HealthPanel())
