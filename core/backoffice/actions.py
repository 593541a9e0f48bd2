"""One action on one record: a page that asks what is needed, one call to the domain, an answer.

GET shows the action, what it will do and what it asks; POST does it. A refusal of the domain is
shown in its own words, and nothing that was typed is lost.
"""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin

from accounts.models import User
from core.backoffice.refusals import sentences_of, tell_refusal
from core.exceptions import DomainError
from core.registry import Blocker


class NamedPermissionMixin(PermissionCheckedMixin):
    """`permission_required` may be a full permission (« app.codename »)."""

    request: HttpRequest

    def user_has_permission(self, permission: str) -> bool:
        if "." in permission:
            return self.request.user.has_perm(permission)
        return super().user_has_permission(permission)


class NothingToAsk(forms.Form):
    """The form of an action that asks nothing."""


class PostActionView(View):
    """An action of one click, without a page of its own: one POST, one call to the domain.

    A subclass, of a view that checks the permission, writes `perform` and `get_return_url`, and
    `success` or `get_success`. A refusal is shown on the page where one returns.
    """

    http_method_names = ["post"]
    success = ""

    def perform(self) -> Any:
        """The one call to the domain. Raises `DomainError` when it refuses."""
        raise NotImplementedError

    def get_return_url(self) -> str:
        """Where one goes afterwards."""
        raise NotImplementedError

    def get_refused_url(self) -> str:
        """Where one goes when the domain refuses."""
        return self.get_return_url()

    def get_success(self, result: Any) -> str:
        """What to say of it; nothing when it is empty."""
        return self.success

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            result = self.perform()
        except DomainError as error:
            tell_refusal(request, error)
            return redirect(self.get_refused_url())
        if sentence := self.get_success(result):
            messages.success(request, sentence)
        return redirect(self.get_return_url())


class ActionView(NamedPermissionMixin, WagtailAdminTemplateMixin, View):
    """Base of the actions.

    A subclass gives `model`, `permission_required` (full), `page_title`, `submit_label`,
    `success` (a sentence; `{record}` stands for the record), `form_class` when something is
    asked, and writes `perform` and `get_return_url`.
    """

    template_name = "core/backoffice/action.html"
    header_icon = "cog"
    model: type[Model]
    related: tuple[str, ...] = ()
    form_class: type[forms.Form] = NothingToAsk
    page_title = ""
    submit_label = "Valider"
    success = ""
    #: The action ends something: its button is red.
    serious = False

    kwargs: dict[str, Any]

    # --- To write in subclasses -------------------------------------------------------------------

    def perform(self, data: dict[str, Any]) -> Any:
        """The one call to the domain, with the cleaned data of the form."""
        raise NotImplementedError

    def get_return_url(self) -> str:
        """Where one goes afterwards, unless the address says `next`."""
        raise NotImplementedError

    def get_explanation(self) -> list[str]:
        """What the action will do, in sentences."""
        return []

    def get_blockers(self) -> list[Any]:
        """What stands in the way now; the button is then absent, unless a reason overrides it."""
        return []

    @cached_property
    def overridden(self) -> list[Any]:
        """What stands in the way, when a written reason overrides all of it: `form_class` asks it
        (`core.forms.reasons.ReasonForm`)."""
        found = self.get_blockers()
        if all(isinstance(item, Blocker) and item.overridable for item in found):
            return found
        return []

    def get_nothing_to_do(self) -> str:
        """Why there is nothing to do, when there is nothing; the button is then absent."""
        return ""

    def get_trail(self) -> list[dict[str, str]]:
        """The breadcrumbs between the home page and the action."""
        return []

    # --- The page ---------------------------------------------------------------------------------

    @property
    def actor(self) -> User:
        """The user who acts; these pages are closed to anonymous visitors."""
        user = self.request.user
        if not isinstance(user, User):
            raise PermissionDenied
        return user

    @cached_property
    def record(self) -> Any:
        """The record of the address. Raises Http404."""
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_queryset(self) -> QuerySet[Any]:
        return self.model._default_manager.select_related(*self.related)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {}

    def get_form(self) -> forms.Form:
        data = self.request.POST if self.request.method == "POST" else None
        return self.form_class(data, **self.get_form_kwargs())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self.get_form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.show_again(form)
        try:
            self.form = form
            result = self.perform(form.cleaned_data)
        except DomainError as error:
            if not form.fields:
                tell_refusal(request, error)
                return redirect(self.get_next_url())
            return self.show_again(form, error)
        except ValidationError as error:
            return self.show_again(form, error)
        if sentence := self.get_success(result):
            messages.success(request, sentence)
        return redirect(self.get_next_url())

    def show_again(
        self, form: forms.Form, error: DomainError | ValidationError | None = None
    ) -> HttpResponse:
        """The same page with what was typed, and why it was refused."""
        if error is not None:
            form.add_error(None, sentences_of(error))
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=422)

    def get_success(self, result: Any) -> str:
        return self.success.format(record=self.record)

    def get_next_url(self) -> str:
        return get_valid_next_url_from_request(self.request) or self.get_return_url()

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            *self.get_trail(),
            {"url": "", "label": str(self.page_title)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            record=self.record,
            explanation=self.get_explanation(),
            blockers=[] if self.overridden else self.get_blockers(),
            overridden=self.overridden,
            nothing_to_do=self.get_nothing_to_do(),
            submit_label=self.submit_label,
            serious=self.serious,
            return_url=self.get_next_url(),
            next_url=get_valid_next_url_from_request(self.request),
            **kwargs,
        )
