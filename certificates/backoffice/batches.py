"""Issuing together: what to issue, how far it is, what it gave."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from certificates.backoffice.actions import ISSUE
from certificates.domain import batches
from certificates.forms import BatchForm
from certificates.models import DocumentBatch
from training.backoffice.actions import NamedPermissionMixin
from training.enums import JobState
from training.exceptions import DomainError

TITLE = "Émission groupée"
UNPROCESSABLE = 422


class BatchScreen(NamedPermissionMixin, WagtailAdminTemplateMixin, View):
    """A screen about documents issued together, for those who may issue."""

    permission_required = ISSUE
    header_icon = "doc-full"
    page_title = TITLE

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("register:index"), "label": "Registre des documents"},
            {"url": reverse("document-batches:add"), "label": TITLE},
        ]


class AddView(BatchScreen):
    """Choose what to issue; the last batches are listed beneath."""

    template_name = "certificates/backoffice/batch_form.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(BatchForm(initial={"session": request.GET.get("session")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BatchForm(request.POST)
        if form.is_valid():
            try:
                batch = batches.request_batch(**form.cleaned_data, actor=request.user)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect("document-batches:show", batch.uuid)
        return self._show(form, status=UNPROCESSABLE)

    def _show(self, form: BatchForm, status: int = 200) -> HttpResponse:
        rows = [(batch, batches.title_of(batch)) for batch in batches.latest()]
        return self.render_to_response(self.get_context_data(form=form, rows=rows), status=status)


class OneBatchScreen(BatchScreen):
    """A screen about one batch."""

    kwargs: dict[str, Any]

    @cached_property
    def batch(self) -> DocumentBatch:
        """The batch of the address. Raises Http404."""
        return get_object_or_404(
            DocumentBatch.objects.select_related("job", "session", "company", "requested_by"),
            uuid=self.kwargs["uuid"],
        )

    def get_page_title(self) -> str:
        return batches.title_of(self.batch)


class BatchView(OneBatchScreen):
    """How far a batch is, then what it gave and what it could not do."""

    template_name = "certificates/backoffice/batch.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        batch = self.batch
        is_under_way = batch.finished_at is None
        if request.htmx and not is_under_way:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Refresh": "true"})
        context = {
            "batch": batch,
            "job": batch.job,
            "is_under_way": is_under_way,
            "has_failed": is_under_way and batch.job.state == JobState.FAILED,
            "has_file": bool(batch.key) and batch.expires_at > timezone.now(),
        }
        if request.htmx:  # type: ignore[attr-defined]
            return TemplateResponse(request, "certificates/backoffice/batch_progress.html", context)
        return self.render_to_response(self.get_context_data(**context))


class RetryView(OneBatchScreen):
    """Take up again a batch whose job failed."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            batches.retry(batch=self.batch)
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("document-batches:show", self.batch.uuid)


class DownloadView(OneBatchScreen):
    """The gathered file; each download is journaled."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse | FileResponse:
        try:
            content = batches.open_file(batch=self.batch, actor=request.user)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("document-batches:show", self.batch.uuid)
        return FileResponse(
            content,
            as_attachment=True,
            filename=self.batch.name,
            headers={"Cache-Control": "private, no-store"},
        )


ROUTES: list[URLPattern] = [
    path("", AddView.as_view(), name="add"),
    path("<uuid:uuid>/", BatchView.as_view(), name="show"),
    path("<uuid:uuid>/reprendre/", RetryView.as_view(), name="retry"),
    path("<uuid:uuid>/telecharger/", DownloadView.as_view(), name="download"),
]
