"""Audit packs: asked for, followed, fetched."""

from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import include, path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

from core.backoffice.actions import PostActionView
from core.backoffice.job_pages import JobPageMixin
from core.downloads import private_file
from core.exceptions import DomainError
from core.models import Job
from quality.domain import packs
from quality.enums import PackState
from quality.forms import PackForm
from quality.models import AuditPack

LIST_LENGTH = 20
TITLE = "Dossiers d’audit"


class PackScreen(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """A screen about audit packs, for those who may see them."""

    permission_policy = ModelPermissionPolicy(AuditPack)
    permission_required = "view"
    header_icon = "folder"
    page_title = TITLE

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [*self.breadcrumbs_items, {"url": reverse("audit-packs:index"), "label": TITLE}]
        if self.page_title != TITLE:
            items.append({"url": "", "label": self.get_page_title()})
        return items


class IndexView(PackScreen):
    """Every pack, the last one first."""

    template_name = "quality/backoffice/packs.html"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm("quality.build_auditpack"):
            return []
        return [
            HeaderButton(
                "Préparer un dossier", url=reverse("audit-packs:add"), icon_name="plus", priority=1
            )
        ]

    def get(self, request: HttpRequest) -> HttpResponse:
        found = AuditPack.objects.select_related("job", "requested_by").order_by(
            "-requested_at", "-pk"
        )
        page = Paginator(found, LIST_LENGTH).get_page(request.GET.get("p"))
        return self.render_to_response(self.get_context_data(packs=page))


class AddView(PackScreen):
    """Choose what the pack covers."""

    permission_required = "build"
    template_name = "quality/backoffice/pack_form.html"
    page_title = "Préparer un dossier d’audit"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=PackForm()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PackForm(request.POST)
        if form.is_valid():
            try:
                pack = packs.request_pack(selection=form.selection(), actor=request.user)
            except DomainError as error:
                form.add_error(_FIELDS.get(error.code), error.message)
            else:
                return redirect("audit-packs:show", pack.uuid)
        return self.render_to_response(
            self.get_context_data(form=form), status=HTTPStatus.UNPROCESSABLE_ENTITY
        )


#: Refusal of the domain → the field that it is about.
_FIELDS = {"session_unknown": "codes", "period_invalid": "end"}


class OnePackScreen(PackScreen):
    """A screen about one pack."""

    kwargs: dict[str, Any]

    @cached_property
    def pack(self) -> AuditPack:
        """The pack that the URL names. Raises Http404."""
        return get_object_or_404(
            AuditPack.objects.select_related("job", "requested_by"), uuid=self.kwargs["uuid"]
        )

    def get_page_title(self) -> str:
        return self.pack.scope


class PackView(JobPageMixin, OnePackScreen):
    """How far a pack is, then what it holds and until when it can be fetched."""

    template_name = "quality/backoffice/pack.html"
    page_title = "Dossier d’audit"
    progress_words = "Préparation en cours"
    stopped_words = "La préparation a échoué."
    progress_unit = "session"
    retry_label = "Recommencer"

    def get_job(self) -> Job | None:
        return self.pack.job

    def is_under_way(self) -> bool:
        return self.pack.state == PackState.REQUESTED

    def get_page_url(self) -> str:
        return reverse("audit-packs:show", args=[self.pack.uuid])

    def get_retry_url(self) -> str:
        if self.pack.job is None or not self.request.user.has_perm("quality.build_auditpack"):
            return ""
        return reverse("audit-packs:retry", args=[self.pack.uuid])

    def get_result_context(self) -> dict[str, Any]:
        return {"pack": self.pack}


class RetryView(PostActionView, OnePackScreen):
    """Build again a pack whose job failed."""

    permission_required = "build"

    def perform(self) -> None:
        packs.retry(pack=self.pack)

    def get_return_url(self) -> str:
        return reverse("audit-packs:show", args=[self.pack.uuid])


class DownloadView(OnePackScreen):
    """The file itself; each download is journaled."""

    permission_required = "download"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            content = packs.open_pack(pack=self.pack, actor=request.user)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("audit-packs:show", self.pack.uuid)
        return private_file(
            content, name=self.pack.name, media_type="application/zip", as_attachment=True
        )


urlpatterns = [
    path(
        "qualite/dossiers/",
        include(
            (
                [
                    path("", IndexView.as_view(), name="index"),
                    path("nouveau/", AddView.as_view(), name="add"),
                    path("<uuid:uuid>/", PackView.as_view(), name="show"),
                    path("<uuid:uuid>/reprendre/", RetryView.as_view(), name="retry"),
                    path("<uuid:uuid>/telecharger/", DownloadView.as_view(), name="download"),
                ],
                "audit-packs",
            )
        ),
    )
]


class PacksMenuItem(MenuItem):
    """In the menu of those who may see packs."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("quality.view_auditpack")


class ComplaintsMenuItem(MenuItem):
    """In the menu of those who may read complaints."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("quality.view_complaint")


menu_item = SubmenuMenuItem(
    "Qualité",
    Menu(
        items=[
            ComplaintsMenuItem(
                "Réclamations",
                reverse_lazy("complaints:index"),
                name="complaints",
                icon_name="warning",
            ),
            PacksMenuItem(
                TITLE, reverse_lazy("audit-packs:index"), name="audit-packs", icon_name="folder"
            ),
        ]
    ),
    name="quality",
    icon_name="clipboard-list",
    order=35,
)
