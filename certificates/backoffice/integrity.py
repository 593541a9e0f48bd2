"""Integrity checks on a screen: start one, follow it, see what differs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views import View

from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from certificates.domain import integrity
from certificates.models import IntegrityCheck
from training.backoffice.actions import NamedPermissionMixin
from training.enums import JobState

CHECK = "certificates.run_integritycheck"
TITLE = "Contrôle d’intégrité"


class IntegrityScreen(NamedPermissionMixin, WagtailAdminTemplateMixin, View):
    """A screen of those who may check."""

    permission_required = CHECK
    header_icon = "check"
    page_title = TITLE

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("register:index"), "label": "Registre des documents"},
            {"url": reverse("document-integrity:index"), "label": TITLE},
        ]


class IndexView(IntegrityScreen):
    """Start a check; the last ones are listed beneath."""

    template_name = "certificates/backoffice/integrity_index.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(checks=integrity.latest()))

    def post(self, request: HttpRequest) -> HttpResponse:
        check = integrity.request_check(actor=request.user)
        return redirect("document-integrity:show", check.uuid)


class CheckView(IntegrityScreen):
    """How far a check is, then what differs, each with its document."""

    template_name = "certificates/backoffice/integrity_check.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        check = get_object_or_404(
            IntegrityCheck.objects.select_related("job", "requested_by"), uuid=kwargs["uuid"]
        )
        is_under_way = check.finished_at is None
        if request.htmx and not is_under_way:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Refresh": "true"})
        context = {
            "check": check,
            "job": check.job,
            "is_under_way": is_under_way,
            "has_failed": is_under_way and check.job.state == JobState.FAILED,
            "differences": integrity.differences_of(check),
        }
        if request.htmx:  # type: ignore[attr-defined]
            name = "certificates/backoffice/integrity_progress.html"
            return TemplateResponse(request, name, context)
        return self.render_to_response(self.get_context_data(**context))


ROUTES: list[URLPattern] = [
    path("", IndexView.as_view(), name="index"),
    path("<uuid:uuid>/", CheckView.as_view(), name="show"),
]
