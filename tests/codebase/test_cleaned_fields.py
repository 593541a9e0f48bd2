"""Every text that a form of ours takes is cleaned, whoever made the form."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from allauth.account.app_settings import FORMS as ACCOUNT_FORMS
from allauth.mfa.app_settings import FORMS as MFA_FORMS

from django import forms
from django.apps import apps
from django.forms.models import BaseModelForm
from django.utils.module_loading import import_string

from modelcluster.forms import ClusterForm
from wagtail.admin.panels import get_edit_handler
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.blocks import BlockField
from wagtail.contrib.settings.registry import registry as site_settings
from wagtail.models import get_page_models

from core.forms.fields import CleanedForm, is_clean
from core.forms.model_fields import CleanedBlockField

OURS = {app.name.split(".")[0] for app in apps.get_app_configs() if "site-packages" not in app.path}
#: Forms whose fields are those of a form of `accounts`, cleaned in `core.forms.accounts`.
BELOW = "accounts."


def modules() -> None:
    """Import every module of ours: a form that nobody imported is not found."""
    # The screens of the back office are known once its URLs are.
    importlib.import_module("config.urls")
    for app in OURS:
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" not in found.name:
                importlib.import_module(found.name)


def below(base: type) -> Iterator[type]:
    for found in base.__subclasses__():
        yield found
        yield from below(found)


def form_classes() -> Iterator[type[forms.BaseForm]]:
    """Those that we wrote, and those that the back office makes of our models."""
    modules()
    for form in below(forms.BaseForm):
        module = form.__module__
        if module.split(".")[0] in OURS and not module.startswith(BELOW):
            yield form
    for viewset in viewsets.viewsets:
        if not isinstance(viewset, ModelViewSet):
            continue
        if viewset.model._meta.app_label in OURS:
            yield viewset.get_form_class()
            yield viewset.get_form_class(for_update=True)
    for model in [*get_page_models(), *site_settings]:
        if model._meta.app_label in OURS:
            yield get_edit_handler(model).get_form_class()


def with_children(form: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    yield form
    if issubclass(form, ClusterForm):
        for formset in getattr(form, "formsets", {}).values():
            yield from with_children(formset.form)


def unclean(form: type[forms.BaseForm], fields: dict[str, forms.Field]) -> list[str]:
    if issubclass(form, CleanedForm):
        return []
    return [
        f"{form.__module__}.{form.__qualname__}.{name}: {type(field).__name__}"
        for name, field in fields.items()
        if not is_clean(field)
        or (isinstance(field, BlockField) and not isinstance(field, CleanedBlockField))
    ]


def test_every_text_of_every_form_is_cleaned():
    found = {form for top in form_classes() for form in with_children(top)}
    assert len(found) > 100
    assert any(issubclass(form, BaseModelForm) for form in found)
    wrong = sorted({line for form in found for line in unclean(form, form.base_fields)})
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", [*ACCOUNT_FORMS.values(), *MFA_FORMS.values()])
def test_every_text_of_the_login_is_cleaned(path):
    """Their fields are made with the form, or stand in a form of the library: the base does it."""
    form = import_string(path)
    assert issubclass(form, CleanedForm) or all(
        isinstance(field.widget, forms.PasswordInput) for field in form.base_fields.values()
    )
