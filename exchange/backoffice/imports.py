"""Importing a register: deposit, check, confirm, result. Writing waits for a person's word."""

import csv
import io
from http import HTTPStatus
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import include, path, reverse
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

from core.backoffice.actions import PostActionView
from core.backoffice.job_pages import JobPageMixin
from core.decorators import takes_files
from core.downloads import private_file
from core.enums import JobState
from core.exceptions import DomainError
from core.french import plural
from core.models import Job
from core.tables.writing import safe_cell
from exchange.domain import batches
from exchange.domain.registers import lifecycle, model_file
from exchange.domain.registers.reading import REGISTER_LIMITS
from exchange.domain.undoing import execution, preview
from exchange.enums import ImportState
from exchange.forms.imports import RegisterForm
from exchange.models import ImportBatch

LIST_LENGTH = 20
ROWS_LENGTH = 50
#: So many names and reasons of an undoing are shown.
SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: While a background job has the import, its page shows how far it is.
UNDER_WAY = {ImportState.UPLOADED, ImportState.COMMITTING}


class ImportScreen(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """A screen about imports, for those who may import."""

    permission_policy = ModelPermissionPolicy(ImportBatch)
    permission_required = "commit"
    header_icon = "upload"
    page_title = "Imports"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [*self.breadcrumbs_items, {"url": reverse("imports:index"), "label": "Imports"}]
        if self.page_title != "Imports":
            items.append({"url": "", "label": self.get_page_title()})
        return items


class IndexView(ImportScreen):
    """Every import, the last one first."""

    template_name = "exchange/imports/index.html"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(
                "Importer un registre",
                url=reverse("imports:upload"),
                icon_name="upload",
                priority=1,
            )
        ]

    def get(self, request: HttpRequest) -> HttpResponse:
        found = (
            ImportBatch.objects.filter(kind=lifecycle.KIND)
            .defer("report", "written")
            .select_related("actor")
            .order_by("-created_at", "-pk")
        )
        return self.render_to_response(
            self.get_context_data(batches=_page(found, request.GET.get("p"), LIST_LENGTH))
        )


@takes_files(up_to=REGISTER_LIMITS.size)
class UploadView(ImportScreen):
    """Deposit a register."""

    template_name = "exchange/imports/upload.html"
    page_title = "Importer un registre"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=RegisterForm()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RegisterForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = lifecycle.receive(
                    content=file.read(),
                    name=file.name,
                    session=form.cleaned_data["session"],
                    actor=request.user,  # type: ignore[arg-type]
                )
            except DomainError as error:
                form.add_error("file", error.message)
            else:
                return redirect("imports:show", batch.uuid)
        return self.render_to_response(
            self.get_context_data(form=form), status=HTTPStatus.UNPROCESSABLE_ENTITY
        )


class BatchScreen(ImportScreen):
    """A screen about one import."""

    kwargs: dict[str, Any]

    @cached_property
    def batch(self) -> ImportBatch:
        """The import that the URL names. Raises Http404."""
        return get_object_or_404(
            ImportBatch.objects.select_related("session", "actor"),
            uuid=self.kwargs["uuid"],
            kind=lifecycle.KIND,
        )

    def get_page_title(self) -> str:
        return self.batch.name


class BatchView(JobPageMixin, BatchScreen):
    """What an import would do, is doing, or did."""

    template_name = "exchange/imports/show.html"
    page_title = "Import"
    progress_unit = "ligne"

    def get_words(self) -> tuple[str, str]:
        stopped = "a été interrompue ; rien n’a été écrit."
        if self.batch.state == ImportState.UPLOADED:
            return "Vérification du registre en cours", f"La vérification {stopped}"
        return "Importation en cours", f"L’importation {stopped}"

    def get_job(self) -> Job | None:
        if self.batch.state not in UNDER_WAY:
            return None
        job = lifecycle.current_job(self.batch)
        if job is not None and job.state == JobState.DONE:
            # It may have ended since the import was read.
            self.batch.refresh_from_db()
        return job

    def is_under_way(self) -> bool:
        return self.batch.state in UNDER_WAY

    def has_stopped(self, job: Job | None) -> bool:
        return job is None or job.state in {JobState.FAILED, JobState.DONE}

    def get_page_url(self) -> str:
        return reverse("imports:show", args=[self.batch.uuid])

    def get_retry_url(self) -> str:
        return reverse("imports:resume", args=[self.batch.uuid])

    def get_result_context(self) -> dict[str, Any]:
        batch, request = self.batch, self.request
        report = batch.report
        is_previewed = batch.state == ImportState.PREVIEWED
        return {
            "batch": batch,
            "totals": batch.totals,
            "report": {"notes": [], "ignored": [], "sessions": [], **report},
            "blockers": lifecycle.blockers(batch),
            "can_confirm": is_previewed or batch.state == ImportState.FAILED,
            "can_reject": is_previewed,
            "earlier": lifecycle.already_committed(batch) if is_previewed else None,
            "problems": _page(report.get("problems", []), request.GET.get("erreurs"), ROWS_LENGTH),
            "rows": _page(report.get("rows", []), request.GET.get("p"), ROWS_LENGTH),
            "may_see_adaptations": request.user.has_perm("training.view_adaptation"),
        }


class BatchActionView(PostActionView, BatchScreen):
    """An action of one click on an import; it comes back to its page."""

    def get_return_url(self) -> str:
        return reverse("imports:show", args=[self.batch.uuid])


class ConfirmView(BatchActionView):
    """Write a register that was checked."""

    def perform(self) -> None:
        lifecycle.confirm(batch=self.batch, actor=self.request.user)  # type: ignore[arg-type]

    def get_success(self, result: None) -> str:
        if self.batch.state != ImportState.COMMITTED:
            return ""
        count = self.batch.totals["to_enrol"]
        return f"{plural(count, 'personne inscrite', 'personnes inscrites')}."


class RejectView(BatchActionView):
    """Give up an import that was not written."""

    success = "L’import est abandonné et son fichier effacé."

    def perform(self) -> None:
        batches.reject(batch=self.batch, actor=self.request.user)  # type: ignore[arg-type]

    def get_return_url(self) -> str:
        return reverse("imports:index")

    def get_refused_url(self) -> str:
        return super().get_return_url()


class UndoView(BatchScreen):
    """What undoing would take away, and the action."""

    template_name = "exchange/imports/undo.html"
    page_title = "Annuler l’import"

    def get_page_title(self) -> str:
        return self.page_title

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(batch=self.batch, undoing=preview.look(self.batch), shown=SHOWN)
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            execution.undo(batch=self.batch, actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("imports:undo", self.batch.uuid)
        messages.success(request, "L’import est annulé.")
        return redirect("imports:show", self.batch.uuid)


class ResumeView(BatchActionView):
    """Take up again what was interrupted."""

    def perform(self) -> None:
        lifecycle.resume(batch=self.batch, actor=self.request.user)  # type: ignore[arg-type]


class ProblemsView(BatchScreen):
    """What is to be corrected, as a table that opens in a spreadsheet."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        found = self.batch.report.get("problems", [])
        if not found:
            raise Http404
        text = io.StringIO()
        text.write("\ufeff")
        writer = csv.writer(text, delimiter=";")
        writer.writerow(["Ligne", "Colonne", "À corriger"])
        for item in found:
            writer.writerow([item["line"], safe_cell(item["column"]), safe_cell(item["message"])])
        return private_file(
            text.getvalue().encode(),
            name="lignes-a-corriger.csv",
            media_type="text/csv; charset=utf-8",
            as_attachment=True,
        )


class ModelFileView(ImportScreen):
    """The empty register to fill."""

    def get(self, request: HttpRequest) -> FileResponse:
        return FileResponse(
            io.BytesIO(model_file.workbook()),
            as_attachment=True,
            filename="modele-inscriptions.xlsx",
            content_type=XLSX,
        )


def _page(items: Any, number: str | None, length: int) -> Page[Any]:
    """One page; a number that means nothing gives the first, one too high the last."""
    return Paginator(items, length).get_page(number)


urlpatterns = [
    path(
        "imports/",
        include(
            (
                [
                    path("", IndexView.as_view(), name="index"),
                    path("nouveau/", UploadView.as_view(), name="upload"),
                    path("modele/", ModelFileView.as_view(), name="template"),
                    path("<uuid:uuid>/", BatchView.as_view(), name="show"),
                    path("<uuid:uuid>/importer/", ConfirmView.as_view(), name="confirm"),
                    path("<uuid:uuid>/abandonner/", RejectView.as_view(), name="reject"),
                    path("<uuid:uuid>/annuler/", UndoView.as_view(), name="undo"),
                    path("<uuid:uuid>/reprendre/", ResumeView.as_view(), name="resume"),
                    path("<uuid:uuid>/erreurs/", ProblemsView.as_view(), name="problems"),
                ],
                "imports",
            )
        ),
    )
]


class ImportsMenuItem(MenuItem):
    """In the menu of those who may import."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("exchange.commit_importbatch")


def menu_item() -> MenuItem:
    """« Imports », in the menu of what is followed."""
    return ImportsMenuItem(
        "Imports", reverse("imports:index"), name="imports", icon_name="upload", order=30
    )
