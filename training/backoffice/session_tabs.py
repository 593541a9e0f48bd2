"""The page of a session, and the tabs that each app adds to it.

An app adds a tab in two actions, in its own `wagtail_hooks.py`:

1. a view, subclass of `SessionTabView`, at an address of its own registered through
   `register_admin_urls`, whose template extends `training/backoffice/session_tab.html` and
   fills the block `tab_content`:

       class DocumentsTabView(SessionTabView):
           tab_name = "documents"
           page_title = "Documents"
           permission_required = "certificates.view_document"
           template_name = "certificates/backoffice/session_documents.html"

           def get_tab_context(self) -> dict[str, object]:
               return {"documents": Document.objects.filter(session=self.session)}

       path("sessions/<int:pk>/documents/", DocumentsTabView.as_view(), name="session-documents")

2. a function registered on the hook `construct_session_tabs`, which receives the session, the
   request and the list of tabs, and appends to it for those who may open it:

       @hooks.register("construct_session_tabs")
       def add_documents_tab(session, request, tabs):
           if request.user.has_perm("certificates.view_document"):
               url = reverse("session-documents", args=[session.pk])
               tabs.append(SessionTab("documents", "Documents", url, order=50))

The tabs of the domain: summary 10, half-days 20, enrolments 30, agreements 40, messages 80,
journal 90. `badge` is a number shown beside the label (things to handle), hidden when 0 or None;
it is computed on every tab of the page, so it must cost one query at most.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views import View

from wagtail import hooks
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.permission_policies import ModelPermissionPolicy

from core.backoffice.actions import NamedPermissionMixin
from training.backoffice.session_actions import actions_for
from training.backoffice.session_heading import (
    dates_words,
    seats_sentence,
    session_queryset,
    session_trail,
)
from training.models import TrainingSession

HOOK = "construct_session_tabs"


@dataclass(frozen=True)
class SessionTab:
    """One tab of the page of a session: where it leads, and what waits behind it."""

    name: str
    label: str
    url: str
    badge: int | None = None
    order: int = 100


def tabs_for(session: TrainingSession, request: HttpRequest) -> list[SessionTab]:
    """The tabs that the person may open, in order."""
    tabs: list[SessionTab] = []
    for add_tabs in hooks.get_hooks(HOOK):
        add_tabs(session, request, tabs)
    return sorted(tabs, key=lambda tab: (tab.order, tab.label))


class SessionScreenMixin(NamedPermissionMixin, WagtailAdminTemplateMixin):
    """A screen about one session, whose primary key is `pk` in the address.

    `permission_required` is an action on sessions (« view », « operate ») or a full permission
    (« app.codename »). A user without it is sent back to /gestion/ with a message.
    """

    permission_policy = ModelPermissionPolicy(TrainingSession)
    permission_required = "view"
    header_icon = "date"
    page_title = "Session"

    kwargs: dict[str, Any]
    request: HttpRequest

    @cached_property
    def session(self) -> TrainingSession:
        """The session of the address, with its dates and its seats. Raises Http404."""
        return get_object_or_404(session_queryset(), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return f"{self.session.code} : {self.page_title}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            *session_trail(self.session),
            {"url": "", "label": self.page_title},
        ]


class SessionTabView(SessionScreenMixin, View):
    """Base of every tab of the page of a session: heading, actions, tabs, then its own content.

    A subclass gives `tab_name` (the name of its `SessionTab`), `page_title`, `template_name`,
    `permission_required`, and its own values through `get_tab_context`.
    """

    tab_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_tab_context(self) -> dict[str, Any]:
        """What the template of the tab needs besides the heading."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            session=self.session,
            dates=dates_words(self.session),
            seats=seats_sentence(self.session),
            session_actions=actions_for(self.session, self.request.user),
            tabs=tabs_for(self.session, self.request),
            active_tab=self.tab_name,
            **self.get_tab_context(),
            **kwargs,
        )
