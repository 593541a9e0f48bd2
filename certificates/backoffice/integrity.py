"""Integrity checks on a screen: start one, follow it, see what differs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from certificates.domain.proofs import listing, stamping
from certificates.domain.sealing import integrity
from certificates.models import IntegrityCheck
from core.backoffice.actions import NamedPermissionMixin
from core.backoffice.job_pages import JobPageMixin
from core.domain import timestamping
from core.models import Job

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


class CheckView(JobPageMixin, IntegrityScreen):
    """How far a check is, then what differs, each with its document."""

    template_name = "certificates/backoffice/integrity_check.html"
    progress_words = "Contrôle en cours"
    stopped_words = "Le contrôle s’est arrêté."
    progress_unit = "fichier"

    kwargs: dict[str, Any]

    @cached_property
    def check(self) -> IntegrityCheck:
        """The check that the URL names. Raises Http404."""
        return get_object_or_404(
            IntegrityCheck.objects.select_related("job", "requested_by"), uuid=self.kwargs["uuid"]
        )

    def get_job(self) -> Job | None:
        return self.check.job

    def is_under_way(self) -> bool:
        return self.check.finished_at is None

    def get_page_url(self) -> str:
        return reverse("document-integrity:show", args=[self.check.uuid])

    def get_retry_url(self) -> str:
        return reverse("document-integrity:index")

    def get_result_context(self) -> dict[str, Any]:
        differences = integrity.differences_of(self.check)
        return {
            "check": self.check,
            "differences": differences,
            "named": len(differences) + len(self.check.evidence_faults),
        }


class RootsView(IntegrityScreen):
    """The roots published each night, who dated them and who saw them."""

    template_name = "certificates/backoffice/roots.html"
    page_title = "Racines publiées"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        years = listing.years()
        asked = request.GET.get("annee", "")
        year = next((item for item in years if str(item) == asked), years[0] if years else 0)
        return self.render_to_response(
            self.get_context_data(
                years=years,
                year=year,
                rows=listing.rows(year=year) if year else [],
                is_stamping=timestamping.is_configured(),
                failure=stamping.last_failure(),
                witness_names=sorted(settings.PROOF_WITNESSES),
            )
        )


ROUTES: list[URLPattern] = [
    path("", IndexView.as_view(), name="index"),
    path("racines/", RootsView.as_view(), name="roots"),
    path("<uuid:uuid>/", CheckView.as_view(), name="show"),
]
