"""The screens of roles: those of the product are read and copied, the others are composed.

And a user's own account in the back office.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import account, generic
from wagtail.admin.widgets.button import HeaderButton
from wagtail.users.forms import GroupForm, UserCreationForm, UserEditForm
from wagtail.users.views.groups import CreateView, DeleteView, EditView, GroupViewSet, IndexView
from wagtail.users.views.users import UserViewSet

from accounts.models import User
from core.backoffice.exports import SafeExportMixin
from core.forms.fields import CleanedForm
from core.forms.model_fields import cleaned_formfield
from core.text import same_key
from operations.roles import (
    copy_role,
    is_shipped,
    record_changed,
    record_created,
    record_deleted,
    rights_of,
)

COPY = "Copier ce rôle"
READ_ONLY = (
    "Ce rôle est fourni avec le logiciel\u00a0: ses droits suivent les mises à jour et ne se "
    "modifient pas ici. Pour en composer un autre, copiez-le."
)


class AccountView(account.AccountView):
    """A user's own settings, without the portrait that Wagtail asks for.

    It would be public, and nothing here shows it: one less personal file to keep.
    """

    def get_panels(self) -> list[account.BaseSettingsPanel]:
        return [
            panel
            for panel in super().get_panels()
            if not isinstance(panel, account.AvatarSettingsPanel)
        ]


class NameMixin:
    """A name that no other role has, whatever its capitals and accents."""

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        others = list(Group.objects.exclude(pk=self.instance.pk).values_list("name", flat=True))
        if name in others or any(same_key(name, other) for other in others):
            raise forms.ValidationError("Un rôle porte déjà ce nom.")
        return name


class RoleForm(NameMixin, CleanedForm, GroupForm):
    """A role and its permissions. One gives only what one has; the rest of the role stays."""

    def limit_to(self, user: User) -> None:
        """Offer only the permissions of this user, who else could give themselves any."""
        if not user.is_superuser:
            held = Permission.objects.filter(group__user=user)
            self.registered_permissions = self.registered_permissions.filter(pk__in=held)
            self.fields["permissions"].queryset = self.registered_permissions.select_related(
                "content_type"
            )


class LimitedFormMixin:
    """The form of a role, for who sends it."""

    def get_form(self, *args: Any, **kwargs: Any) -> RoleForm:
        form: RoleForm = super().get_form(*args, **kwargs)
        form.limit_to(self.request.user)
        return form


class RoleAddView(LimitedFormMixin, CreateView):
    """A role composed from nothing."""

    def process_form(self) -> HttpResponse:
        # Its rights are written after the role itself: journaled once both are there.
        with transaction.atomic():
            response: HttpResponse = super().process_form()
            if self.object.pk:
                record_created(group=self.object, actor=self.request.user)
        return response


class RoleIndexView(SafeExportMixin, IndexView):
    """Roles; each may be copied, those of the product are neither renamed nor deleted."""

    @cached_property
    def columns(self) -> list[Column]:
        # With the buttons of each line, which Wagtail's list of groups leaves out.
        return [self._get_title_column("name")]

    def get_copy_url(self, instance: Group) -> None:
        """None: Wagtail's own label says « Copier »; ours is added below."""

    def get_delete_url(self, instance: Group) -> str | None:
        return None if is_shipped(instance) else super().get_delete_url(instance)

    def get_list_more_buttons(self, instance: Group) -> list[MenuItem]:
        buttons = super().get_list_more_buttons(instance)
        if self.permission_policy.user_has_permission(self.request.user, "add"):
            url = reverse("wagtailusers_groups:copy", args=[instance.pk])
            buttons.append(MenuItem(COPY, url=url, icon_name="copy", priority=20))
        return buttons


class RoleEditView(LimitedFormMixin, EditView):
    """A composed role is changed here; one of the product is only shown."""

    template_name = "operations/role_edit.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_shipped(self.get_object()):
            return _refused(request, self.kwargs["pk"])
        return super().post(request, *args, **kwargs)

    def process_form(self) -> HttpResponse:
        former = Group.objects.get(pk=self.object.pk)
        former_rights = rights_of(former)
        with transaction.atomic():
            response: HttpResponse = super().process_form()
            record_changed(
                group=Group.objects.get(pk=self.object.pk),
                former_name=former.name,
                former_rights=former_rights,
                actor=self.request.user,
            )
        return response

    def get_copy_url(self) -> None:
        """None: our button says it in words."""

    @property
    def can_delete(self) -> bool:
        return not is_shipped(self.object) and super().can_delete

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = list(super().header_buttons)
        if self.permission_policy.user_has_permission(self.request.user, "add"):
            url = reverse("wagtailusers_groups:copy", args=[self.object.pk])
            buttons.append(HeaderButton(COPY, url=url, icon_name="copy"))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shipped = is_shipped(self.object)
        return super().get_context_data(shipped=shipped, read_only=READ_ONLY, **kwargs)


class RoleDeleteView(DeleteView):
    """A role of the product is never deleted."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.user_has_permission("delete") and is_shipped(self.object):
            return _refused(request, self.object.pk)
        return super().dispatch(request, *args, **kwargs)

    def delete_action(self) -> None:
        with transaction.atomic():
            record_deleted(group=self.object, actor=self.request.user)
            super().delete_action()


class RoleNameForm(NameMixin, forms.ModelForm):
    """The name of a new role."""

    class Meta:
        formfield_callback = cleaned_formfield
        model = Group
        fields = ["name"]
        labels = {"name": "Nom du nouveau rôle"}


class RoleCopyView(generic.CreateView):
    """Asks for a name, then makes a role with the same permissions."""

    page_title = COPY
    submit_button_label = COPY

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.copied = get_object_or_404(Group, pk=self.kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[forms.ModelForm]:
        return RoleNameForm

    def get_add_url(self) -> str:
        return reverse("wagtailusers_groups:copy", args=[self.copied.pk])

    def get_page_subtitle(self) -> str:
        return f"{COPY}\u00a0: {self.copied.name}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = super().get_breadcrumbs_items()
        return [*items[:-1], {"url": "", "label": self.get_page_subtitle()}]

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        name = form.cleaned_data["name"]
        copy = copy_role(group=self.copied, name=name, actor=self.request.user)
        messages.success(
            self.request,
            f"Rôle «\u00a0{copy.name}\u00a0» créé, avec les droits de {self.copied.name}.",
        )
        return redirect("wagtailusers_groups:edit", copy.pk)


class RoleViewSet(GroupViewSet):
    """Wagtail's screens of groups, for roles."""

    copy_view_enabled = True
    edit_template_name = "operations/role_edit.html"
    index_view_class = RoleIndexView
    add_view_class = RoleAddView
    edit_view_class = RoleEditView
    delete_view_class = RoleDeleteView
    copy_view_class = RoleCopyView

    def get_copy_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_copy_view_kwargs(
            **{**kwargs, "template_name": "wagtailadmin/generic/create.html"}
        )

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return RoleForm


class AccountCreationForm(CleanedForm, UserCreationForm):
    """A new account, its name and its address cleaned."""


class AccountEditForm(CleanedForm, UserEditForm):
    """An account, its name and its address cleaned."""


class AccountViewSet(UserViewSet):
    """Wagtail's screens of accounts."""

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return AccountEditForm if for_update else AccountCreationForm


def _refused(request: HttpRequest, pk: Any) -> HttpResponse:
    messages.error(request, READ_ONLY)
    return redirect("wagtailusers_groups:edit", pk)
