"""The page of a long list that the worker writes, and its file, for the person who asked."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from core.backoffice.actions import PostActionView
from core.backoffice.job_pages import JobPageMixin
from core.domain import jobs, list_exports
from core.downloads import private_file
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job


class ExportScreen:
    """A screen about one export of the person who asked for it; nobody else’s."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def job(self) -> Job:
        """The export of the address. Raises Http404."""
        asked: uuid.UUID = self.kwargs["uuid"]
        job = list_exports.of_actor(job_uuid=asked, actor=self.request.user)  # type: ignore[arg-type]
        if job is None:
            raise Http404
        return job


class ExportView(ExportScreen, JobPageMixin, TemplateView):
    """How far the export is, then its file."""

    template_name = "core/backoffice/list_export.html"
    page_title = "Export d’une liste"
    header_icon = "download"
    progress_words = "Export en cours"
    stopped_words = "L’export s’est arrêté."
    progress_unit = "ligne"

    def get_job(self) -> Job:
        return self.job

    def is_under_way(self) -> bool:
        return self.job.state != JobState.DONE

    def get_page_url(self) -> str:
        return reverse("list-export", args=[self.job.uuid])

    def get_retry_url(self) -> str:
        return reverse("list-export-retry", args=[self.job.uuid])

    def get_result_context(self) -> dict[str, Any]:
        return {
            "list_url": self.job.arguments["path"],
            "kept_until": list_exports.kept_until(self.job),
        }

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.job.arguments["path"], "label": "Liste"},
            {"url": "", "label": self.page_title},
        ]


class RetryView(ExportScreen, PostActionView):
    """Take up again an export that stopped."""

    def perform(self) -> None:
        jobs.retry(job=self.job)

    def get_return_url(self) -> str:
        return reverse("list-export", args=[self.job.uuid])


class DownloadView(ExportScreen, View):
    """The file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            content = list_exports.open_file(job=self.job)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("list-export", self.job.uuid)
        return private_file(content, name=self.job.result_name, as_attachment=True)


ROUTES = [
    path("exports/<uuid:uuid>/", ExportView.as_view(), name="list-export"),
    path("exports/<uuid:uuid>/reprendre/", RetryView.as_view(), name="list-export-retry"),
    path("exports/<uuid:uuid>/telecharger/", DownloadView.as_view(), name="list-export-download"),
]
