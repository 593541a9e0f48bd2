"""Enrolments and adaptations: their lists, the detail page of one."""

from typing import Any

from django.db.models import Model, QuerySet
from django.urls import URLPattern, path, reverse

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import Button

from core.backoffice import menus
from core.backoffice.actions import ActionView
from core.backoffice.records import (
    DayColumn,
    ReadOnlyViewSet,
    RecordEditView,
    RecordIndexView,
    RecordViewSet,
    state_column,
)
from training.backoffice import enrolling, enrolment_actions
from training.backoffice.enrolment_rows import actions_for
from training.domain import adaptations
from training.enums import AdaptationState, EnrolmentState
from training.forms.enrolments import AdaptationDecisionForm, EnrolmentDetailsForm
from training.models import Adaptation, Enrolment


class EnrolmentIndexView(RecordIndexView):
    """Enrolments of every session, newest first; those to be confirmed only when asked for."""

    def get_base_queryset(self) -> QuerySet[Any]:
        found = super().get_base_queryset()
        if EnrolmentState.UNCONFIRMED in self.request.GET.getlist("state"):
            return found
        return found.exclude(state=EnrolmentState.UNCONFIRMED)

    def get_list_more_buttons(self, instance: Enrolment) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if self.request.user.has_perm("training.operate_enrolment"):
            buttons += [
                Button(action.label, url=action.url, priority=50 + rank)
                for rank, action in enumerate(actions_for(instance))
            ]
        return buttons


class EnrolmentEditView(RecordEditView):
    """What may be written of an enrolment outside its state and its person."""

    def get_object(self, queryset: QuerySet[Enrolment] | None = None) -> Enrolment:
        return super().get_object(Enrolment.objects.select_related("session", "learner"))

    def get_success_url(self) -> str:
        return reverse("sessions:enrolments", args=[self.object.session_id])

    def get_success_buttons(self) -> list[Any]:
        return []

    def journal_session_id(self, instance: Model) -> int | None:
        return instance.session_id  # type: ignore[attr-defined]


class EnrolmentViewSet(RecordViewSet):
    """Enrolments. They are made from the page of their session."""

    model = Enrolment
    name = "enrolments"
    url_prefix = "inscriptions"
    icon = "form"
    menu_label = "Inscriptions"
    menu_hook = menus.TRAINING
    menu_order = 3
    omitted_views = frozenset({"add", "delete", "usage"})
    index_view_class = EnrolmentIndexView
    edit_view_class = EnrolmentEditView
    list_related = ("session__programme_version", "learner", "employer")
    ordering = "-requested_at"
    inspect_view_fields = [
        "session",
        "learner",
        "state",
        "employer",
        "trainee_type",
        "group",
        "agreement",
        "replaces",
        "message",
        "requested_at",
        "accepted_at",
        "confirmed_at",
        "completed_at",
        "ended_on",
        "end_reason",
    ]
    list_display = [
        TitleColumn(
            "learner",
            label="Personne",
            accessor=lambda row: str(row.learner or "Place réservée"),
            sort_key="learner__sort_key",
            get_url=lambda row: reverse("enrolments:inspect", args=[row.pk]),
        ),
        Column("session", label="Session", sort_key="session__code"),
        state_column(),
        Column("employer", label="Employeur", sort_key="employer__sort_key"),
        DayColumn("requested_at", label="Demandée le", sort_key="requested_at"),
    ]
    list_filter = ["state", "trainee_type"]
    search_fields = ["learner__search_text", "employer__search_text", "session__code"]
    list_export = [
        "learner.last_name",
        "learner.first_name",
        "learner.email",
        "session.code",
        "session.title",
        "get_state_display",
        "employer",
        "get_trainee_type_display",
        "requested_at",
        "ended_on",
        "end_reason",
    ]
    export_headings = {
        "learner.last_name": "Nom",
        "learner.first_name": "Prénom",
        "learner.email": "Courriel",
        "session.code": "Session",
        "session.title": "Programme",
        "get_state_display": "État",
        "get_trainee_type_display": "Type de stagiaire",
    }

    def get_form_class(self, for_update: bool = False) -> type[EnrolmentDetailsForm]:
        return EnrolmentDetailsForm

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            *enrolment_actions.ROUTES,
            *enrolling.ENROLMENT_ROUTES,
        ]


# --- Adaptations ----------------------------------------------------------------------------------


class AdaptationIndexView(RecordIndexView):
    """Adaptations, newest first; each leads to its decision."""

    any_permission_required = ["view"]

    def get_inspect_url(self, instance: Adaptation) -> str:
        return reverse("adaptations:decide", args=[instance.pk])

    def get_list_more_buttons(self, instance: Adaptation) -> list[Any]:
        return []


class AdaptationActionView(ActionView):
    """An action on an adaptation."""

    model = Adaptation
    related = ("enrolment__learner", "enrolment__session__programme_version")
    permission_required = "training.change_adaptation"
    header_icon = "sliders"

    def get_return_url(self) -> str:
        return reverse("adaptations:index")

    def get_trail(self) -> list[dict[str, str]]:
        return [{"url": reverse("adaptations:index"), "label": "Aménagements"}]

    def get_explanation(self) -> list[str]:
        record = self.record
        return [
            f"{record.enrolment.learner}, session {record.enrolment.session}.",
            f"Demande : {record.request}",
        ]


class DecideAdaptationView(AdaptationActionView):
    """Decide what is to be done for a learner; once decided, say that it is in place."""

    template_name = "training/backoffice/adaptation.html"
    form_class = AdaptationDecisionForm
    page_title = "Aménagement"
    submit_label = "Enregistrer la décision"
    success = "La décision est enregistrée."

    def user_has_permission(self, permission: str) -> bool:
        # A user who may read adaptations may read the decision; only some may take it.
        if self.request.method == "GET":
            return self.request.user.has_perm("training.view_adaptation")
        return super().user_has_permission(permission)

    def perform(self, data: dict[str, Any]) -> Adaptation:
        return adaptations.decide(adaptation=self.record, actor=self.actor, **data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_change = self.request.user.has_perm("training.change_adaptation")
        return super().get_context_data(
            may_decide=may_change and self.record.state == AdaptationState.REQUESTED,
            may_apply=may_change and self.record.state == AdaptationState.DECIDED,
            **kwargs,
        )


class ApplyAdaptationView(AdaptationActionView):
    """What was decided is in place."""

    page_title = "Aménagement en place"
    submit_label = "C’est en place"
    success = "L’aménagement est noté comme mis en place."

    def get_explanation(self) -> list[str]:
        return [*super().get_explanation(), f"Décision : {self.record.decision}"]

    def perform(self, data: dict[str, Any]) -> Adaptation:
        return adaptations.apply(adaptation=self.record, actor=self.actor)


class AdaptationViewSet(ReadOnlyViewSet):
    """What is to be done for learners, never why; for those who may know."""

    model = Adaptation
    name = "adaptations"
    url_prefix = "amenagements"
    icon = "sliders"
    menu_label = "Aménagements"
    menu_hook = menus.TRAINING
    menu_order = 7
    index_view_class = AdaptationIndexView
    omitted_views = ReadOnlyViewSet.omitted_views | {"inspect"}
    inspect_view_enabled = False
    list_related = ("enrolment__learner", "enrolment__session")
    list_display = [
        "request",
        Column("enrolment.learner", label="Personne", sort_key="enrolment__learner__sort_key"),
        Column("enrolment.session.code", label="Session"),
        state_column(),
        DayColumn("requested_at", label="Demandé le", sort_key="requested_at"),
    ]
    list_filter = ["state"]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", DecideAdaptationView.as_view(), name="decide"),
            path("<int:pk>/en-place/", ApplyAdaptationView.as_view(), name="apply"),
        ]
