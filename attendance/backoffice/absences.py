"""Absences followed up: the list, the detail page of one, and what one may do about it."""

from typing import Any

import django_filters

from django.db.models import Count, Min, QuerySet
from django.urls import URLPattern, reverse
from django.utils import timezone

from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column, TitleColumn

from attendance.backoffice.absence_actions import OPERATE, READ_DOCUMENT, ROUTES
from attendance.domain.absences import documents
from attendance.enums import FollowUpState
from attendance.models import AbsenceFollowUp, AbsenceGround
from core.backoffice import menus
from core.backoffice.records import (
    DayColumn,
    MomentColumn,
    ReadOnlyViewSet,
    RecordFilterSet,
    RecordIndexView,
    RecordInspectView,
    RecordViewSet,
    date_panel,
    state_column,
)
from core.enums import MessageState
from training.enums import EnrolmentState
from training.models import AttendanceMark


def filter_open(queryset: QuerySet[AbsenceFollowUp], name: str, value: str) -> Any:
    """Those still to be followed, or those closed."""
    if value == "open":
        return queryset.exclude(state=FollowUpState.CLOSED)
    return queryset.filter(state=FollowUpState.CLOSED)


class FollowUpFilterSet(RecordFilterSet):
    """Open or closed, by state, by outcome."""

    still = django_filters.ChoiceFilter(
        label="Suivis",
        choices=[("open", "En cours"), ("closed", "Clos")],
        method=filter_open,
    )

    class Meta:
        model = AbsenceFollowUp
        fields = ["still", "state", "outcome"]


class FollowUpIndexView(RecordIndexView):
    """Follow-ups, with how many half-days each has; the number of queries is constant."""

    def get_base_queryset(self) -> QuerySet[AbsenceFollowUp]:
        return (
            super()
            .get_base_queryset()
            .annotate(missed=Count("absences"), first_missed=Min("absences__half_day__starts_at"))
        )


class FollowUpInspectView(RecordInspectView):
    """One follow-up: what was missed, what shows why, what was said, what was written."""

    template_name = "attendance/backoffice/absence_inspect.html"
    page_title = "Suivi d’absence"

    def get_object(self, queryset: Any = None) -> AbsenceFollowUp:
        related = (
            "enrolment__learner",
            "enrolment__employer",
            "enrolment__session__programme_version",
            "ground",
            "closed_by",
        )
        return super().get_object(AbsenceFollowUp.objects.select_related(*related))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        follow_up = self.object
        may = self.request.user.has_perm
        missed = list(
            follow_up.absences.select_related(
                "half_day__venue", "half_day__session__venue"
            ).order_by("half_day__starts_at", "pk")
        )
        marks = {
            mark.half_day_id: mark
            for mark in AttendanceMark.objects.filter(enrolment=follow_up.enrolment_id)
        }
        state = follow_up.state
        return super().get_context_data(
            missed=[(item.half_day, marks.get(item.half_day_id)) for item in missed],
            documents=follow_up.documents.select_related("decided_by", "received_by"),
            notes=follow_up.notes.select_related("written_by"),
            written=follow_up.messages.order_by("created_at", "pk"),
            draft=MessageState.DRAFT,
            may_operate=may(OPERATE),
            may_read=may(READ_DOCUMENT),
            may_ask=state == FollowUpState.OPEN,
            may_leave=follow_up.is_open
            and follow_up.enrolment.state == EnrolmentState.CONFIRMED
            and may("training.operate_enrolment"),
            may_write=may("training.operate_enrolment"),
            is_late=state == FollowUpState.AWAITED and follow_up.due_on < timezone.localdate(),
            still_due=documents.may_deposit(follow_up),
            **kwargs,
        )


class AbsenceViewSet(ReadOnlyViewSet):
    """Absences being followed, and those that were."""

    model = AbsenceFollowUp
    name = "absences"
    url_prefix = "absences"
    icon = "time"
    menu_label = "Absences"
    menu_hook = menus.TRAINING
    menu_order = 5
    index_view_class = FollowUpIndexView
    inspect_view_class = FollowUpInspectView
    filterset_class = FollowUpFilterSet
    list_related = ("enrolment__learner", "enrolment__session", "ground")
    ordering = "-opened_at"
    list_display = [
        TitleColumn(
            "enrolment.learner",
            label="Personne",
            sort_key="enrolment__learner__sort_key",
            get_url=lambda row: reverse("absences:inspect", args=[row.pk]),
        ),
        Column("enrolment.session.code", label="Session", sort_key="enrolment__session__code"),
        Column("missed", label="Demi-journées"),
        DayColumn("first_missed", label="Depuis le", sort_key="first_missed"),
        Column("ground", label="Motif"),
        state_column(),
        DayColumn("due_on", label="Justificatif avant le", sort_key="due_on"),
        Column("get_outcome_display", label="Issue", sort_key="outcome"),
        MomentColumn("opened_at", label="Ouvert le", sort_key="opened_at"),
    ]
    search_fields = ["enrolment__learner__search_text", "enrolment__session__code"]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), *ROUTES]


class AbsenceGroundViewSet(RecordViewSet):
    """The reasons that may be written, each with its dates."""

    model = AbsenceGround
    name = "absence-grounds"
    url_prefix = "motifs-absence"
    icon = "list-ul"
    menu_label = "Motifs d’absence"
    menu_hook = menus.ORGANISATION
    menu_order = 4
    add_label = "Ajouter un motif"
    ordering = "label"
    list_display = [
        "label",
        Column("code", label="Code"),
        Column(
            "asks_document",
            label="Justificatif",
            accessor=lambda ground: "oui" if ground.asks_document else "non",
        ),
        DayColumn("valid_from", label="Du", sort_key="valid_from"),
        DayColumn("valid_to", label="Au", sort_key="valid_to"),
    ]
    panels = [
        FieldPanel("label", help_text="Jamais une maladie, ni rien de la santé."),
        FieldPanel("code", help_text="Le même code pour une nouvelle rédaction du même motif."),
        FieldPanel("asks_document"),
        FieldRowPanel([date_panel("valid_from"), date_panel("valid_to")]),
    ]
    omitted_views = frozenset({"delete", "usage"})


def follow_ups_of(session_id: int) -> list[AbsenceFollowUp]:
    """The follow-ups of a session for its attendance tab, the open ones first."""
    found = (
        AbsenceFollowUp.objects.filter(enrolment__session=session_id)
        .select_related("enrolment__learner")
        .annotate(missed=Count("absences"))
        .order_by("closed_at", "opened_at", "pk")
    )
    return sorted(found, key=lambda item: not item.is_open)
