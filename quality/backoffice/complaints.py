"""Complaints, to be read."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views import View

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.permission_policies import ModelPermissionPolicy

from core.backoffice.records import DayColumn, ReadOnlyViewSet, RecordInspectView
from core.domain import private_files
from core.downloads import private_file
from quality.models import Complaint


class ComplaintInspectView(RecordInspectView):
    """A complaint, as it was written."""

    template_name = "quality/backoffice/complaint_inspect.html"
    page_title = "Réclamation"


class ComplaintFileView(PermissionCheckedMixin, View):
    """The file that came with a complaint, for those who may read it."""

    permission_policy = ModelPermissionPolicy(Complaint)
    permission_required = "view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        complaint = get_object_or_404(Complaint, pk=pk)
        content = private_files.opened(complaint.file_key)
        if content is None:
            raise Http404
        name = f"{complaint.reference}-{complaint.file_name}"
        return private_file(content, name=name, as_attachment=True)


class ComplaintViewSet(ReadOnlyViewSet):
    """Complaints, the last one first."""

    model = Complaint
    name = "complaints"
    url_prefix = "qualite/reclamations"
    icon = "warning"
    menu_label = "Réclamations"
    add_to_admin_menu = False
    inspect_view_class = ComplaintInspectView
    list_related = ("session",)
    ordering = "-received_at"
    list_display = [
        TitleColumn(
            "reference",
            label="Référence",
            get_url=lambda row: reverse("complaints:inspect", args=[row.pk]),
        ),
        DayColumn("received_at", label="Reçue le", sort_key="received_at"),
        Column("get_author_kind_display", label="De la part de"),
        Column("author_name", label="Nom"),
        Column("concerns", label="À propos de"),
        DayColumn("acknowledged_at", label="Accusé de réception"),
    ]
    list_filter = ["channel", "author_kind"]
    search_fields = ["author_name", "concerns", "text"]
    inspect_view_fields = [
        "received_at",
        "channel",
        "author_kind",
        "author_name",
        "email",
        "phone",
        "concerns",
        "session",
        "acknowledged_at",
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/piece-jointe/", ComplaintFileView.as_view(), name="file"),
        ]
