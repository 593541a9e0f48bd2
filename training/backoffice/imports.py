"""Importing a register: deposit, check, confirm, result. Writing waits for a person's word."""

import csv
import io
from http import HTTPStatus
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import include, path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

from training.domain.imports import batches, model_file, undoing
from training.enums import ImportState, JobState
from training.exceptions import DomainError
from training.forms.imports import RegisterForm
from training.french import plural
from training.models import ImportBatch
from training.spreadsheets import safe_cell

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

    template_name = "training/imports/index.html"

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
            ImportBatch.objects.filter(kind=batches.KIND)
            .defer("report", "written")
            .select_related("actor")
            .order_by("-created_at", "-pk")
        )
        return self.render_to_response(
            self.get_context_data(batches=_page(found, request.GET.get("p"), LIST_LENGTH))
        )


class UploadView(ImportScreen):
    """Deposit a register."""

    template_name = "training/imports/upload.html"
    page_title = "Importer un registre"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=RegisterForm()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RegisterForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = batches.receive(
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
        """The import of the address. Raises Http404."""
        return get_object_or_404(
            ImportBatch.objects.select_related("session", "actor"),
            uuid=self.kwargs["uuid"],
            kind=batches.KIND,
        )

    def get_page_title(self) -> str:
        return self.batch.name


class BatchView(BatchScreen):
    """What an import would do, is doing, or did."""

    template_name = "training/imports/show.html"
    page_title = "Import"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        batch = self.batch
        if request.htmx and batch.state not in UNDER_WAY:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Refresh": "true"})
        job = batches.current_job(batch) if batch.state in UNDER_WAY else None
        context = {
            "batch": batch,
            "totals": batch.totals,
            "report": {"notes": [], "ignored": [], "sessions": [], **batch.report},
            "job": job,
            "is_under_way": batch.state in UNDER_WAY,
            "is_interrupted": batch.state in UNDER_WAY
            and (job is None or job.state in {JobState.FAILED, JobState.DONE}),
        }
        if request.htmx:  # type: ignore[attr-defined]
            return TemplateResponse(request, "training/imports/progress.html", context)
        report = batch.report
        context |= {
            "blockers": batches.blockers(batch),
            "can_confirm": batch.state in {ImportState.PREVIEWED, ImportState.FAILED},
            "can_reject": batch.state == ImportState.PREVIEWED,
            "earlier": batches.already_committed(batch)
            if batch.state == ImportState.PREVIEWED
            else None,
            "problems": _page(report.get("problems", []), request.GET.get("erreurs"), ROWS_LENGTH),
            "rows": _page(report.get("rows", []), request.GET.get("p"), ROWS_LENGTH),
            "may_see_adaptations": request.user.has_perm("training.view_adaptation"),
        }
        return self.render_to_response(self.get_context_data(**context))


class ConfirmView(BatchScreen):
    """Write a register that was checked."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        batch = self.batch
        try:
            batches.confirm(batch=batch, actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, error.message)
        else:
            if batch.state == ImportState.COMMITTED:
                count = plural(batch.totals["to_enrol"], "personne inscrite", "personnes inscrites")
                messages.success(request, f"{count}.")
        return redirect("imports:show", batch.uuid)


class RejectView(BatchScreen):
    """Give up an import that was not written."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            batches.reject(batch=self.batch, actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("imports:show", self.batch.uuid)
        messages.success(request, "L’import est abandonné et son fichier effacé.")
        return redirect("imports:index")


class UndoView(BatchScreen):
    """What undoing would take away, and the gesture."""

    template_name = "training/imports/undo.html"
    page_title = "Annuler l’import"

    def get_page_title(self) -> str:
        return self.page_title

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(batch=self.batch, undoing=undoing.look(self.batch), shown=SHOWN)
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            undoing.undo(batch=self.batch, actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("imports:undo", self.batch.uuid)
        messages.success(request, "L’import est annulé.")
        return redirect("imports:show", self.batch.uuid)


class ResumeView(BatchScreen):
    """Take up again what was interrupted."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            batches.resume(batch=self.batch, actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("imports:show", self.batch.uuid)


class ProblemsView(BatchScreen):
    """What is to be corrected, as a table that opens in a spreadsheet."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        found = self.batch.report.get("problems", [])
        if not found:
            raise Http404
        response = HttpResponse(
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="lignes-a-corriger.csv"'},
        )
        response.write("\ufeff")
        writer = csv.writer(response, delimiter=";")
        writer.writerow(["Ligne", "Colonne", "À corriger"])
        for item in found:
            writer.writerow([item["line"], safe_cell(item["column"]), safe_cell(item["message"])])
        return response


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
        return request.user.has_perm("training.commit_importbatch")


menu_item = ImportsMenuItem(
    "Imports", reverse_lazy("imports:index"), name="imports", icon_name="upload", order=30
)
