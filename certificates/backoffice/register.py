"""The register: every document ever asked for, and the sheet of each."""

from typing import Any

import django_filters

from django.db.models import QuerySet
from django.urls import URLPattern, reverse
from django.utils.functional import cached_property

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from certificates import kinds
from certificates.backoffice.actions import ISSUE, ROUTES, gestures_for
from certificates.domain import rendering
from certificates.enums import VERIFIABLE_STATES
from certificates.models import Document
from training.backoffice.records import (
    DayColumn,
    ReadOnlyViewSet,
    RecordFilterSet,
    RecordIndexView,
    RecordInspectView,
    state_column,
)
from training.forms.widgets import NativeDateInput


class DocumentFilterSet(RecordFilterSet):
    """By state, by kind, by day."""

    kind = django_filters.ChoiceFilter(label="Nature")
    since = django_filters.DateFilter(
        field_name="issued_on", lookup_expr="gte", label="À partir du", widget=NativeDateInput
    )
    until = django_filters.DateFilter(
        field_name="issued_on", lookup_expr="lte", label="Jusqu’au", widget=NativeDateInput
    )

    class Meta:
        model = Document
        fields = ["state", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = [(kind.code, kind.title) for kind in kinds.every()]


class DocumentIndexView(RecordIndexView):
    """The register, newest first."""

    page_title = "Registre des documents"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(ISSUE):
            return list(super().header_buttons)
        return [
            *super().header_buttons,
            HeaderButton(
                "Émettre en lot",
                url=reverse("document-batches:add"),
                icon_name="copy",
                priority=1,
            ),
        ]


class DocumentInspectView(RecordInspectView):
    """One document: where it stands, its stored file, its hash, its verification page."""

    template_name = "certificates/backoffice/document.html"
    page_title = "Document"

    def get_object(self, queryset: QuerySet[Document] | None = None) -> Document:
        found: Document = super().get_object(
            Document.objects.select_related(
                "session__programme_version",
                "enrolment__learner",
                "supersedes",
                "requested_by",
                "seal",
            )
        )
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document: Document = self.object
        return super().get_context_data(
            files=list(document.files.all()),
            seal=getattr(document, "seal", None),
            successors=list(document.successors.order_by("pk")),
            gestures=gestures_for(document, self.request.user),
            verification_url=(
                rendering.verification_url(document) if document.state in VERIFIABLE_STATES else ""
            ),
            **kwargs,
        )


class DocumentViewSet(ReadOnlyViewSet):
    """The register of documents. (« documents » is the address of Wagtail's own files.)"""

    model = Document
    name = "register"
    url_prefix = "registre"
    icon = "doc-full"
    menu_label = "Registre"
    menu_name = "register"
    menu_order = 30
    add_to_admin_menu = True
    index_view_class = DocumentIndexView
    inspect_view_class = DocumentInspectView
    filterset_class = DocumentFilterSet
    list_related = ("session", "enrolment__learner")
    ordering = ["-requested_at", "-pk"]
    list_display = [
        TitleColumn("label", label="Document", sort_key="number", url_name="register:inspect"),
        Column("learner_name", label="Personne"),
        Column("session_code", label="Session", sort_key="session__code"),
        state_column(),
        DayColumn("issued_on", label="Daté du", sort_key="issued_on"),
        Column("version", label="Version"),
    ]
    search_fields = ["number", "session__code", "enrolment__learner__last_name"]
    list_export = [
        "title",
        "number",
        "version",
        "issued_on",
        "get_state_display",
        "reason",
        "session_code",
        "learner_name",
        "requested_at",
        "issued_at",
    ]
    export_headings = {
        "title": "Nature",
        "get_state_display": "État",
        "session_code": "Session",
        "learner_name": "Personne",
    }

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), *ROUTES]
