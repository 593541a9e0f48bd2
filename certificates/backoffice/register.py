"""The register: every document ever asked for, and the detail page of each."""

from typing import Any

import django_filters

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import URLPattern, reverse
from django.utils.functional import cached_property

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from certificates import kinds
from certificates.backoffice.document_actions import ISSUE, ROUTES, actions_for
from certificates.backoffice.integrity import CHECK
from certificates.domain.rendering import engine
from certificates.enums import VERIFIABLE_STATES, TimestampState
from certificates.models import Document
from core.backoffice.records import (
    DayColumn,
    ReadOnlyViewSet,
    RecordFilterSet,
    RecordIndexView,
    RecordInspectView,
    state_column,
)
from core.forms.widgets import NativeDateInput
from training.models import Company


class Sealed(models.TextChoices):
    """Which seals to show."""

    REAL = "real", "Cachet de l’organisme"
    DEMONSTRATION = "demonstration", "Cachet de démonstration"
    NONE = "none", "Sans cachet"


class Timestamped(models.TextChoices):
    """Which timestamps to show."""

    YES = "yes", "Horodaté par une autorité"
    NO = "no", "Sans horodatage"
    FAILED = "failed", "Horodatage demandé, non obtenu"


SEALS = {
    Sealed.REAL: Q(seal__is_demonstration=False),
    Sealed.DEMONSTRATION: Q(seal__is_demonstration=True),
    Sealed.NONE: Q(seal__isnull=True),
}
TIMESTAMPS = {
    Timestamped.YES: Q(seal__timestamp_state=TimestampState.DONE),
    Timestamped.NO: ~Q(seal__timestamp_state=TimestampState.DONE) | Q(seal__isnull=True),
    Timestamped.FAILED: Q(seal__timestamp_state=TimestampState.FAILED),
}


class DocumentFilterSet(RecordFilterSet):
    """By state, kind, company, session, seal, period."""

    kind = django_filters.ChoiceFilter(label="Nature")
    company = django_filters.ModelChoiceFilter(
        label="Entreprise", queryset=Company.objects.by_name(), method="of_company"
    )
    session = django_filters.CharFilter(
        label="Session", field_name="session__code", lookup_expr="iexact"
    )
    seal = django_filters.ChoiceFilter(label="Cachet", choices=Sealed.choices, method="sealed")
    timestamp = django_filters.ChoiceFilter(
        label="Horodatage", choices=Timestamped.choices, method="timestamped"
    )
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

    def of_company(
        self, queryset: QuerySet[Document], _name: str, company: Company
    ) -> QuerySet[Document]:
        """What is about a company, about its people, or about what it bought."""
        return queryset.filter(
            Q(company=company) | Q(enrolment__employer=company) | Q(agreement__company=company)
        )

    def sealed(self, queryset: QuerySet[Document], _name: str, value: str) -> QuerySet[Document]:
        """What carries this seal."""
        return queryset.filter(SEALS[Sealed(value)])

    def timestamped(
        self, queryset: QuerySet[Document], _name: str, value: str
    ) -> QuerySet[Document]:
        """What others dated, or did not."""
        return queryset.filter(TIMESTAMPS[Timestamped(value)])


class DocumentIndexView(RecordIndexView):
    """The register, newest first."""

    page_title = "Registre des documents"

    def get_base_queryset(self) -> QuerySet[Document]:
        # The frozen facts weigh more than the rest of the row, and the last pages sort every row.
        found: QuerySet[Document] = super().get_base_queryset().defer("context")
        return found

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = list(super().header_buttons)
        if self.request.user.has_perm(ISSUE):
            buttons.append(
                HeaderButton(
                    "Émettre en lot",
                    url=reverse("document-batches:add"),
                    icon_name="copy",
                    priority=1,
                )
            )
        if self.request.user.has_perm(CHECK):
            buttons.append(
                HeaderButton(
                    "Contrôler l’intégrité",
                    url=reverse("document-integrity:index"),
                    icon_name="check",
                    priority=2,
                )
            )
        return buttons


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
            actions=actions_for(document, self.request.user),
            verification_url=(
                engine.verification_url(document) if document.state in VERIFIABLE_STATES else ""
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
    list_related = (
        "session",
        "enrolment__learner",
        "enrolment__employer",
        "company",
        "agreement__company",
        "seal",
    )
    ordering = ["-requested_at", "-pk"]
    list_display = [
        TitleColumn("label", label="Document", sort_key="number", url_name="register:inspect"),
        Column("learner_name", label="Personne"),
        Column("session_code", label="Session", sort_key="session__code"),
        state_column(),
        DayColumn("issued_on", label="Daté du", sort_key="issued_on"),
        Column("seal_words", label="Cachet"),
        Column("version", label="Version"),
    ]
    search_fields = ["number", "session__code", "enrolment__learner__search_text"]
    list_export = [
        "title",
        "number",
        "version",
        "issued_on",
        "get_state_display",
        "reason",
        "session_code",
        "learner_name",
        "company_name",
        "seal_words",
        "requested_at",
        "issued_at",
    ]
    export_headings = {
        "title": "Nature",
        "get_state_display": "État",
        "session_code": "Session",
        "learner_name": "Personne",
        "company_name": "Entreprise",
        "seal_words": "Cachet",
    }

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), *ROUTES]
