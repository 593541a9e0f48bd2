"""Paper sheets: the scan of a day, and its whole grid beside the picture."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import include, path, register_converter, reverse
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from accounts.requests import user_of
from attendance.domain import paper
from attendance.forms.paper import HOURS, GridForm, ScanForm
from attendance.models import PaperScan
from core.backoffice.actions import NamedPermissionMixin
from core.backoffice.refusals import tell_refusal
from core.decorators import takes_files
from core.domain import private_files
from core.domain.private_files import MAX_FILE_BYTES, PDF
from core.downloads import private_file
from core.exceptions import DomainError
from core.french import format_day, plural
from training.backoffice.session_heading import half_days_trail
from training.models import TrainingSession


class DayConverter:
    """« 2027-01-14 »."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


register_converter(DayConverter, "iso_day")


class PaperScreen(NamedPermissionMixin, WagtailAdminTemplateMixin, View):
    """A screen about the paper sheet of one day."""

    permission_required = "training.operate_trainingsession"
    header_icon = "doc-full"

    kwargs: dict[str, Any]

    @cached_property
    def sheet(self) -> paper.PaperDay:
        """The sheet of the day. Raises Http404 for a day when nothing takes place."""
        found = self.get_sheet()
        if not found.half_days:
            raise Http404
        return found

    def get_sheet(self) -> paper.PaperDay:
        raise NotImplementedError

    def get_page_title(self) -> str:
        return f"Feuille de papier du {format_day(self.sheet.day)}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            *half_days_trail(self.sheet.session),
            {"url": "", "label": self.get_page_title()},
        ]


@takes_files(up_to=MAX_FILE_BYTES)
class PaperDayView(PaperScreen):
    """The sheet to print, the scans received, and one more to deposit."""

    template_name = "attendance/backoffice/paper_day.html"

    def get_sheet(self) -> paper.PaperDay:
        session = get_object_or_404(
            TrainingSession.objects.select_related("programme_version"), pk=self.kwargs["pk"]
        )
        return paper.paper_day(session=session, day=self.kwargs["day"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=ScanForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ScanForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                scan = paper.receive_scan(
                    session=self.sheet.session,
                    day=self.sheet.day,
                    content=form.cleaned_data["file"].read(),
                    actor=user_of(request),
                )
            except DomainError as error:
                form.add_error("file", error.message)
            else:
                return redirect("paper:scan", scan.uuid)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            sheet=self.sheet,
            day_words=format_day(self.sheet.day, weekday=True),
            scans=PaperScan.objects.filter(session=self.sheet.session, day=self.sheet.day)
            .select_related("uploaded_by")
            .order_by("-uploaded_at"),
            **kwargs,
        )


class ScanMixin:
    """What is about one scan."""

    kwargs: dict[str, Any]

    @cached_property
    def scan(self) -> PaperScan:
        """The scan of the address. Raises Http404."""
        return get_object_or_404(
            PaperScan.objects.select_related("session__programme_version"),
            uuid=self.kwargs["uuid"],
        )


class GridView(ScanMixin, PaperScreen):
    """The whole grid beside the picture: everything is signed unless one says otherwise."""

    template_name = "attendance/backoffice/paper_grid.html"

    def get_sheet(self) -> paper.PaperDay:
        return paper.paper_day(session=self.scan.session, day=self.scan.day)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=GridForm(sheet=self.sheet)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = GridForm(request.POST, sheet=self.sheet)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            written = paper.enter(
                scan=self.scan,
                choices=form.choices,
                hours=form.hours,
                actor=user_of(request),
            )
        except DomainError as error:
            tell_refusal(request, error)
            return self.render_to_response(self.get_context_data(form=form), status=422)
        if written:
            done = plural(written, "ligne enregistrée", "lignes enregistrées")
            messages.success(request, f"{done}.")
        else:
            messages.info(request, "Rien de plus à enregistrer : tout l’était déjà.")
        return redirect("sessions:half_days", self.scan.session_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form: GridForm = kwargs["form"]
        rows = [
            {
                "row": row,
                "cells": [
                    {
                        "label": cell.half_day.get_label_display().capitalize(),
                        "words": cell.words,
                        "field": form[cell.field] if cell.field else None,
                        "hours": [
                            (words, form[f"{cell.field}-{name}"]) for name, words in HOURS.items()
                        ]
                        if cell.field
                        else [],
                    }
                    for cell in row.cells
                ],
            }
            for row in self.sheet.rows
        ]
        return super().get_context_data(
            sheet=self.sheet,
            scan=self.scan,
            is_pdf=self.scan.media_type == PDF,
            file_url=reverse("paper:file", args=[self.scan.uuid]),
            rows=rows,
            to_enter=len(self.sheet.open_cells),
            **kwargs,
        )


class ScanFileView(ScanMixin, NamedPermissionMixin, View):
    """The scan itself, for the staff who enter it or check it."""

    permission_required = "attendance.view_paperscan"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        content = private_files.opened(self.scan.key)
        if content is None:
            raise Http404
        name = f"feuille-{self.scan.day.isoformat()}"
        return private_file(content, name=name, media_type=self.scan.media_type)


urlpatterns = [
    path(
        "",
        include(
            (
                [
                    path(
                        "sessions/<int:pk>/papier/<iso_day:day>/",
                        PaperDayView.as_view(),
                        name="day",
                    ),
                    path("papier/<uuid:uuid>/", GridView.as_view(), name="scan"),
                    path("papier/<uuid:uuid>/fichier/", ScanFileView.as_view(), name="file"),
                ],
                "paper",
            )
        ),
    )
]
