"""Agreements: prepared from the page of a session, sent, signed."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn

from core.backoffice import menus
from core.backoffice.actions import ActionView
from core.backoffice.records import (
    DayColumn,
    RecordEditView,
    RecordIndexView,
    RecordInspectView,
    RecordViewSet,
    state_column,
)
from training.backoffice.session_actions import SessionActionView
from training.backoffice.session_heading import session_trail
from training.domain import agreements
from training.enums import AgreementState
from training.forms.agreements import AgreementDraftForm, AgreementTermsForm, SignedForm
from training.models import Agreement

PANELS_HOOK = "construct_agreement_panels"


class DraftAgreementView(SessionActionView):
    """Prepare an agreement on a session."""

    permission_required = "training.add_agreement"
    form_class = AgreementDraftForm
    page_title = "Préparer un accord"
    submit_label = "Préparer"

    def get_blockers(self) -> list[Any]:
        return []

    def perform(self, data: dict[str, Any]) -> Agreement:
        return agreements.draft(session=self.record, actor=self.actor, **data)

    def get_success(self, result: Agreement) -> str:
        return f"L’accord {result.reference} est préparé, en brouillon."

    def get_return_url(self) -> str:
        return reverse("sessions:agreements", args=[self.record.pk])


class AgreementActionView(ActionView):
    """An action on an agreement."""

    model = Agreement
    related = ("session", "company", "learner", "funder")
    permission_required = "training.change_agreement"
    header_icon = "doc-full-inverse"

    def get_explanation(self) -> list[str]:
        return [f"{self.record.get_kind_display()} {self.record}."]

    def get_return_url(self) -> str:
        if self.record.session_id is None:
            return reverse("agreements:index")
        return reverse("sessions:agreements", args=[self.record.session_id])

    def get_trail(self) -> list[dict[str, str]]:
        session = self.record.session
        if session is None:
            return [{"url": reverse("agreements:index"), "label": "Accords"}]
        return [
            *session_trail(session),
            {"url": self.get_return_url(), "label": "Accords"},
        ]


class SentView(AgreementActionView):
    """Note that the agreement was sent."""

    page_title = "Noter l’envoi"
    submit_label = "C’est envoyé"
    success = "L’accord {record.reference} est noté comme envoyé."

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "Une fois envoyé, l’accord ne se modifie plus, et la session garde son programme.",
        ]

    def perform(self, data: dict[str, Any]) -> Agreement:
        return agreements.mark_sent(agreement=self.record, actor=self.actor)


class SignedView(AgreementActionView):
    """Note that the agreement was signed."""

    form_class = SignedForm
    page_title = "Noter la signature"
    submit_label = "C’est signé"
    success = "L’accord {record.reference} est noté comme signé."

    def perform(self, data: dict[str, Any]) -> Agreement:
        return agreements.mark_signed(agreement=self.record, actor=self.actor, **data)


class AgreementEditView(RecordEditView):
    """The terms of a draft; what the customer received no longer changes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agreement = Agreement.objects.filter(pk=kwargs["pk"]).first()
        if agreement is not None and agreement.state != AgreementState.DRAFT:
            messages.error(
                request, "Cet accord est déjà parti : il ne se modifie plus, il se remplace."
            )
            return redirect("agreements:inspect", agreement.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        if self.object.session_id is None:
            return super().get_success_url()
        return reverse("sessions:agreements", args=[self.object.session_id])

    def get_success_buttons(self) -> list[Any]:
        return []

    def journal_session_id(self, instance: Agreement) -> int | None:
        return instance.session_id


class AgreementInspectView(RecordInspectView):
    """An agreement as a detail page, and what other apps add to it.

    An app adds a panel (a Wagtail `Component`) through the hook `construct_agreement_panels`,
    which receives the agreement, the request and the list of panels.
    """

    template_name = "training/backoffice/agreement_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        panels: list[Any] = []
        for add_panels in hooks.get_hooks(PANELS_HOOK):
            add_panels(self.object, self.request, panels)
        return super().get_context_data(panels=panels, **kwargs)


class AgreementIndexView(RecordIndexView):
    """Agreements; only drafts may be changed."""

    def get_base_queryset(self) -> QuerySet[Agreement]:
        return super().get_base_queryset().select_related("company", "learner", "funder", "session")

    def get_edit_url(self, instance: Agreement) -> str | None:
        draft = instance.state == AgreementState.DRAFT
        return super().get_edit_url(instance) if draft else None


class AgreementViewSet(RecordViewSet):
    """Agreements: what was sold."""

    model = Agreement
    name = "agreements"
    url_prefix = "accords"
    icon = "doc-full-inverse"
    menu_label = "Accords"
    menu_hook = menus.TRAINING
    menu_order = 6
    omitted_views = frozenset({"add", "delete", "usage"})
    index_view_class = AgreementIndexView
    edit_view_class = AgreementEditView
    inspect_view_class = AgreementInspectView
    inspect_view_fields_exclude = ["id", "supersedes"]
    list_display = [
        TitleColumn(
            "reference",
            label="Référence",
            sort_key="reference",
            get_url=lambda row: reverse("agreements:inspect", args=[row.pk]),
        ),
        Column("customer_name", label="Client"),
        Column("get_kind_display", label="Forme"),
        state_column(),
        Column("session.code", label="Session", sort_key="session__code"),
        DayColumn("signed_on", label="Signé le", sort_key="signed_on"),
    ]
    list_filter = ["state", "kind"]
    search_fields = [
        "reference",
        "company__search_text",
        "learner__search_text",
        "funder__name",
        "buyer_name",
        "session__code",
    ]
    list_export = [
        "reference",
        "customer_name",
        "get_kind_display",
        "get_state_display",
        "session.code",
        "seats",
        "price",
        "get_price_basis_display",
        "signed_on",
    ]
    export_headings = {
        "customer_name": "Client",
        "get_kind_display": "Forme",
        "get_state_display": "État",
        "session.code": "Session",
        "get_price_basis_display": "Prix compté",
    }

    def get_form_class(self, for_update: bool = False) -> type[AgreementTermsForm]:
        return AgreementTermsForm

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/envoye/", SentView.as_view(), name="sent"),
            path("<int:pk>/signe/", SignedView.as_view(), name="signed"),
        ]


SESSION_ROUTES: list[URLPattern] = [
    path("<int:pk>/accords/preparer/", DraftAgreementView.as_view(), name="draft_agreement"),
]
