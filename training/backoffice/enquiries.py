"""Requests that come before anything is sold: the list, the detail page, what comes next."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse

from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column

from core.backoffice import menus
from core.backoffice.actions import ActionView
from core.backoffice.records import DayColumn, RecordFilterSet, RecordInspectView, RecordViewSet
from core.backoffice.todos import Todo, TodoPanel
from core.french import format_day
from training.domain import enquiries
from training.forms.enquiries import EnquiryCloseForm, EnquiryPlanForm
from training.models import Enquiry

CHANGE = "training.change_enquiry"


class EnquiryFilterSet(RecordFilterSet):
    """By subject, channel and outcome."""

    class Meta:
        model = Enquiry
        fields = ["subject", "channel", "outcome"]


class EnquiryInspectView(RecordInspectView):
    """A request in the person's words, and what one can do about it."""

    template_name = "training/backoffice/enquiry_inspect.html"
    page_title = "Demande"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            may_change=self.request.user.has_perm(CHANGE),
            is_open=self.object.closed_at is None,
            **kwargs,
        )


class EnquiryActionView(ActionView):
    """An action on a request."""

    model = Enquiry
    permission_required = CHANGE
    header_icon = "comment"

    def get_return_url(self) -> str:
        return reverse("enquiries:inspect", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("enquiries:index"), "label": "Demandes"},
            {"url": self.get_return_url(), "label": str(self.record)},
        ]

    def get_explanation(self) -> list[str]:
        return [f"« {self.record.need} »"]


class PlanView(EnquiryActionView):
    """Note what was done and what comes next."""

    page_title = "Suivre cette demande"
    submit_label = "Enregistrer"
    success = "La suite est notée."
    form_class = EnquiryPlanForm

    def get_form_kwargs(self) -> dict[str, Any]:
        names = ("follow_up", "next_action", "next_action_on")
        return {"initial": {name: getattr(self.record, name) for name in names}}

    def perform(self, data: dict[str, Any]) -> Enquiry:
        return enquiries.plan(enquiry=self.record, actor=self.actor, **data)


class CloseView(EnquiryActionView):
    """Say how the request ended."""

    page_title = "Clore cette demande"
    submit_label = "Clore"
    success = "La demande est close."
    form_class = EnquiryCloseForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"follow_up": self.record.follow_up}}

    def perform(self, data: dict[str, Any]) -> Enquiry:
        return enquiries.close(enquiry=self.record, actor=self.actor, **data)


class ReopenView(EnquiryActionView):
    """Take up a closed request again."""

    page_title = "Reprendre cette demande"
    submit_label = "Reprendre"
    success = "La demande est de nouveau en cours."

    def perform(self, data: dict[str, Any]) -> Enquiry:
        return enquiries.reopen(enquiry=self.record, actor=self.actor)


class EnquiryViewSet(RecordViewSet):
    """First contacts, from the site, by phone or at the door."""

    model = Enquiry
    name = "enquiries"
    url_prefix = "demandes"
    icon = "comment"
    menu_label = "Demandes"
    menu_hook = menus.TRAINING
    menu_order = 2
    add_label = "Noter une demande"
    inspect_view_class = EnquiryInspectView
    filterset_class = EnquiryFilterSet
    list_related = ("handled_by",)
    ordering = "-received_at"
    inspect_view_fields = [
        "received_at",
        "channel",
        "subject",
        "name",
        "organisation",
        "email",
        "phone",
        "next_action",
        "next_action_on",
        "follow_up",
        "outcome",
        "closed_at",
        "handled_by",
    ]
    list_display = [
        "name",
        Column("get_subject_display", label="Objet", sort_key="subject"),
        Column("organisation", label="Structure"),
        DayColumn("received_at", label="Reçue le", sort_key="received_at"),
        Column("next_action", label="Prochaine action"),
        DayColumn("next_action_on", label="À faire le", sort_key="next_action_on"),
        Column("get_outcome_display", label="Issue", sort_key="outcome"),
    ]
    search_fields = ["name", "organisation", "email", "need"]
    list_export = [
        "received_at",
        "get_channel_display",
        "get_subject_display",
        "name",
        "organisation",
        "email",
        "phone",
        "need",
        "next_action",
        "next_action_on",
        "get_outcome_display",
    ]
    export_headings = {
        "get_channel_display": "Arrivée par",
        "get_subject_display": "Objet",
        "get_outcome_display": "Issue",
    }
    panels = [
        FieldRowPanel([FieldPanel("channel"), FieldPanel("subject")]),
        FieldRowPanel([FieldPanel("name"), FieldPanel("organisation")]),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
        FieldPanel("need"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/suivre/", PlanView.as_view(), name="plan"),
            path("<int:pk>/clore/", CloseView.as_view(), name="close"),
            path("<int:pk>/reprendre/", ReopenView.as_view(), name="reopen"),
        ]


class EnquiriesPanel(TodoPanel):
    """Requests not closed yet."""

    title = "Demandes du site et du téléphone"
    nothing = "Aucune demande n’attend."
    order = 22
    permission = CHANGE

    def get_queryset(self) -> QuerySet[Enquiry]:
        return Enquiry.objects.waiting()

    def todo(self, record: Enquiry) -> Todo:
        next_step = record.next_action or "à lire"
        if record.next_action_on:
            next_step += f", le {format_day(record.next_action_on)}"
        return Todo(
            str(record),
            f"{next_step} · reçue le {format_day(record.received_at)}",
            reverse("enquiries:inspect", args=[record.pk]),
        )

    def get_all_url(self) -> str:
        return reverse("enquiries:index")


def add_enquiries_panel(request: HttpRequest, panels: list[Any]) -> None:
    """The panel, for those who may answer."""
    panel = EnquiriesPanel()
    if panel.is_shown(request):
        panels.append(panel)
