"""Issuing together: what to issue, how far it is, what it gave."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from certificates.backoffice.document_actions import ISSUE
from certificates.domain.batches import running
from certificates.forms import BatchForm
from certificates.models import DocumentBatch
from core.backoffice.actions import NamedPermissionMixin, PostActionView
from core.backoffice.job_pages import JobPageMixin
from core.downloads import private_file
from core.exceptions import DomainError
from core.models import Job

TITLE = "Émission groupée"
UNPROCESSABLE = 422
#: Characters of a search.
MOST_SEARCHED = 100


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
    """Search what to issue, choose, ask; the last batches are listed beneath."""

    template_name = "certificates/backoffice/batch_form.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "").strip()[:MOST_SEARCHED]
        chosen = {name: request.GET.get(name) for name in ("session", "company")}
        return self._show(BatchForm(initial=chosen, words=words), words=words)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BatchForm(request.POST)
        if form.is_valid():
            try:
                batch = running.request_batch(**form.cleaned_data, actor=request.user)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect("document-batches:show", batch.uuid)
        return self._show(form, status=UNPROCESSABLE)

    def _show(self, form: BatchForm, status: int = 200, words: str = "") -> HttpResponse:
        rows = [(batch, running.title_of(batch)) for batch in running.latest()]
        return self.render_to_response(
            self.get_context_data(form=form, rows=rows, words=words), status=status
        )


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
        return running.title_of(self.batch)


class BatchView(JobPageMixin, OneBatchScreen):
    """How far a batch is, then what it gave and what it could not do."""

    template_name = "certificates/backoffice/batch.html"
    progress_words = "Émission en cours"
    stopped_words = "L’émission s’est arrêtée."
    progress_unit = "document"

    def get_job(self) -> Job | None:
        return self.batch.job

    def is_under_way(self) -> bool:
        return self.batch.finished_at is None

    def get_page_url(self) -> str:
        return reverse("document-batches:show", args=[self.batch.uuid])

    def get_retry_url(self) -> str:
        return reverse("document-batches:retry", args=[self.batch.uuid])

    def get_result_context(self) -> dict[str, Any]:
        expires_at = self.batch.expires_at
        is_kept = expires_at is not None and expires_at > timezone.now()
        return {"batch": self.batch, "has_file": bool(self.batch.key) and is_kept}


class RetryView(PostActionView, OneBatchScreen):
    """Take up again a batch whose job failed."""

    def perform(self) -> None:
        running.retry(batch=self.batch)

    def get_return_url(self) -> str:
        return reverse("document-batches:show", args=[self.batch.uuid])


class DownloadView(OneBatchScreen):
    """The gathered file; each download is journaled."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            content = running.open_file(batch=self.batch, actor=request.user)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("document-batches:show", self.batch.uuid)
        return private_file(content, name=self.batch.name, as_attachment=True)


ROUTES: list[URLPattern] = [
    path("", AddView.as_view(), name="add"),
    path("<uuid:uuid>/", BatchView.as_view(), name="show"),
    path("<uuid:uuid>/reprendre/", RetryView.as_view(), name="retry"),
    path("<uuid:uuid>/telecharger/", DownloadView.as_view(), name="download"),
]
