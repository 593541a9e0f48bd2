"""Half-days: their list, the sheet of one, what staff record there in the organisation's name."""

from dataclasses import dataclass
from typing import Any

import django_filters

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from training.backoffice.actions import ActionView, NamedPermissionMixin
from training.backoffice.half_day_planning import (
    HALF_DAY_ROUTES,
    HalfDayActionView,
    session_trail,
)
from training.backoffice.half_day_rows import half_day_words
from training.backoffice.offline import OFFLINE_ROUTES
from training.backoffice.records import (
    ReadOnlyViewSet,
    RecordFilterSet,
    RecordIndexView,
    state_column,
)
from training.domain import attendance
from training.domain.attendance import offline
from training.enums import AttendanceMethod, AttendanceState, HalfDayState
from training.forms.attendance import StaffLockForm, StaffRecordForm
from training.forms.widgets import NativeDateInput
from training.french import as_day, format_minutes
from training.models import AttendanceMark, Enrolment, HalfDay


@dataclass(frozen=True)
class Presence:
    """Somebody expected, or recorded, at a half-day."""

    enrolment: Enrolment
    mark: AttendanceMark | None
    expected: bool

    @property
    def words(self) -> str:
        """« Présence, 3 h 30 », « Absence, transport », or nothing recorded yet."""
        if self.mark is None:
            return "rien d’enregistré"
        if self.mark.state == AttendanceState.PRESENT:
            return f"{self.mark.get_state_display()}, {format_minutes(self.mark.minutes)}"
        return f"{self.mark.get_state_display()}, {self.mark.get_absence_reason_display()}"


def presences(half_day: HalfDay) -> list[Presence]:
    """Who is expected at the half-day, and who was recorded there, in order of name."""
    marks = {
        mark.enrolment_id: mark
        for mark in AttendanceMark.objects.filter(half_day=half_day).select_related("event")
    }
    expected = {item.pk for item in attendance.expected_enrolments(half_day=half_day)}
    people = (
        Enrolment.objects.filter(pk__in=expected | marks.keys())
        .select_related("learner", "employer")
        .order_by("learner__last_name", "learner__first_name", "pk")
    )
    return [Presence(item, marks.get(item.pk), item.pk in expected) for item in people]


class HalfDayShowView(NamedPermissionMixin, WagtailAdminTemplateMixin, View):
    """The sheet of a half-day: when, where, with whom, who came."""

    permission_required = "training.view_halfday"
    template_name = "training/backoffice/half_day.html"
    header_icon = "date"

    kwargs: dict[str, Any]

    @cached_property
    def half_day(self) -> HalfDay:
        """The half-day of the address. Raises Http404."""
        found = (
            HalfDay.objects.filter(pk=self.kwargs["pk"])
            .select_related("session__programme_version", "session__venue", "venue", "moved_to")
            .prefetch_related("assignments__trainer", "groups", "locks__trainer")
            .first()
        )
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_page_title(self) -> str:
        return f"{self.half_day.session.code} : {half_day_words(self.half_day)}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            *session_trail(self.half_day.session),
            {"url": "", "label": str(self.half_day)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        half_day, user = self.half_day, self.request.user
        people = presences(half_day)
        counting = half_day.state in {HalfDayState.PLANNED, HalfDayState.HELD}
        begun = half_day.starts_at <= timezone.now()
        operator = user.has_perm("training.operate_trainingsession")
        recorded = sum(person.mark is not None for person in people)
        planned = half_day.state == HalfDayState.PLANNED
        return super().get_context_data(
            half_day=half_day,
            words=half_day_words(half_day),
            duration=format_minutes(half_day.counted_minutes),
            people=people,
            present=sum(
                person.mark is not None and person.mark.state == AttendanceState.PRESENT
                for person in people
            ),
            to_close=planned and half_day.ends_at < timezone.now(),
            anchor=attendance.last_anchor(session=half_day.session),
            paper_day=as_day(half_day.starts_at, zone=half_day.zone)
            if operator and counting
            else None,
            devices=offline.live_tickets(half_day=half_day) if operator else [],
            to_settle=offline.items_to_settle().filter(ticket__half_day=half_day),
            may_settle=operator,
            may_record=operator and counting and begun,
            may_lock=operator and planned and begun,
            may_change=user.has_perm("training.change_halfday") and planned and not recorded,
            may_move=user.has_perm("training.change_halfday")
            and planned
            and not half_day.locks.all(),
            **kwargs,
        )


class StaffLockView(HalfDayActionView):
    """Close the half-day in the organisation's name, when who trains cannot."""

    permission_required = "training.operate_trainingsession"
    form_class = StaffLockForm
    page_title = "Clore au nom de l’organisme"
    submit_label = "Clore la demi-journée"
    success = "La demi-journée est close."

    @cached_property
    def found(self) -> attendance.LockBlockers:
        """What stands between the half-day and its lock."""
        return attendance.lock_blockers(self.record, timezone.now())

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"early": self.found.early}

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "À utiliser seulement quand la personne formatrice ne peut pas clore elle-même.",
            *self.found.sentences,
        ]

    def perform(self, data: dict[str, Any]) -> None:
        attendance.lock_half_day(
            half_day=self.record,
            trainer=None,
            actor=self.request.user,
            signature=None,
            reason=data["reason"],
            early_reason=data.get("early_reason", ""),
        )

    def get_return_url(self) -> str:
        return reverse("half-days:show", args=[self.record.pk])


class StaffRecordView(ActionView):
    """Record, or correct, one person at one half-day, with a reason."""

    model = HalfDay
    related = ("session__venue",)
    permission_required = "training.operate_trainingsession"
    header_icon = "date"
    form_class = StaffRecordForm
    submit_label = "Enregistrer"

    @cached_property
    def enrolment(self) -> Enrolment:
        """The person of the address, in the session of the half-day. Raises Http404."""
        found = (
            Enrolment.objects.filter(
                pk=self.kwargs["enrolment"],
                session_id=self.record.session_id,
                learner__isnull=False,
            )
            .select_related("learner")
            .first()
        )
        if found is None:
            raise Http404
        return found

    @cached_property
    def mark(self) -> AttendanceMark | None:
        """What is recorded now."""
        return AttendanceMark.objects.filter(half_day=self.record, enrolment=self.enrolment).first()

    @cached_property
    def corrects(self) -> bool:
        """Whether something is already written, or the half-day closed: it is then a correction."""
        return self.mark is not None or self.record.locks.exists()

    def get_page_title(self) -> str:
        verb = "Corriger" if self.corrects else "Enregistrer"
        return f"{verb} la présence de {self.enrolment.learner}"

    def get_trail(self) -> list[dict[str, str]]:
        return [
            *session_trail(self.record.session),
            {"url": self.get_return_url(), "label": str(self.record)},
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        trail = super().get_breadcrumbs_items()
        return [*trail[:-1], {"url": "", "label": str(self.enrolment.learner)}]

    def get_explanation(self) -> list[str]:
        sentences = [half_day_words(self.record)]
        if self.mark is not None:
            sentences.append(f"Enregistré : {Presence(self.enrolment, self.mark, True).words}.")
        if self.corrects:
            sentences.append("L’ancienne indication et la nouvelle resteront toutes deux visibles.")
        return sentences

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"half_day": self.record, "has_minutes": self.corrects}

    def perform(self, data: dict[str, Any]) -> None:
        common = {
            "half_day": self.record,
            "enrolment": self.enrolment,
            "actor": self.request.user,
        }
        if self.corrects:
            absent = data["state"] == AttendanceState.ABSENT
            attendance.correct(
                **common,
                state=data["state"],
                reason=data["reason"],
                minutes=None if absent else data["minutes"],
                absence_reason=data["absence_reason"] if absent else "",
            )
        elif data["state"] == AttendanceState.PRESENT:
            attendance.record_presence(
                **common, method=AttendanceMethod.STAFF, signature=None, reason=data["reason"]
            )
        else:
            attendance.record_absence(
                **common, absence_reason=data["absence_reason"], comment=data["reason"]
            )

    def get_success(self, result: Any) -> str:
        return f"C’est enregistré pour {self.enrolment.learner}."

    def get_return_url(self) -> str:
        return reverse("half-days:show", args=[self.record.pk])


class HalfDayFilterSet(RecordFilterSet):
    """By state and by day."""

    since = django_filters.DateFilter(
        field_name="starts_at", lookup_expr="date__gte", label="À partir du", widget=NativeDateInput
    )
    until = django_filters.DateFilter(
        field_name="starts_at", lookup_expr="date__lte", label="Jusqu’au", widget=NativeDateInput
    )

    class Meta:
        model = HalfDay
        fields = ["state", "label"]


def trainers_words(half_day: HalfDay) -> str:
    """Names of who trains, from prefetched assignments."""
    return ", ".join(str(item.trainer) for item in half_day.assignments.all())


class HalfDayIndexView(RecordIndexView):
    """Half-days; a row leads to the sheet of the half-day."""

    def get_base_queryset(self) -> QuerySet[HalfDay]:
        return super().get_base_queryset().prefetch_related("assignments__trainer")

    def get_inspect_url(self, instance: HalfDay) -> str:
        return reverse("half-days:show", args=[instance.pk])

    def get_list_more_buttons(self, instance: HalfDay) -> list[Any]:
        return []


class HalfDayViewSet(ReadOnlyViewSet):
    """Half-days. They are made and changed from the page of their session."""

    model = HalfDay
    name = "half-days"
    url_prefix = "demi-journees"
    icon = "calendar-alt"
    menu_label = "Demi-journées"
    omitted_views = ReadOnlyViewSet.omitted_views | {"inspect"}
    inspect_view_enabled = False
    index_view_class = HalfDayIndexView
    filterset_class = HalfDayFilterSet
    list_related = ("session__programme_version", "session__venue", "venue")
    ordering = "-starts_at"
    list_display = [
        "__str__",
        Column("session", label="Session", sort_key="session__code"),
        state_column(),
        Column("trainers", label="Avec", accessor=trainers_words),
        Column("place", label="Lieu"),
    ]
    search_fields = [
        "session__code",
        "session__programme_version__title",
        "assignments__trainer__search_text",
    ]
    list_export = [
        "session.code",
        "starts_at",
        "ends_at",
        "get_label_display",
        "counted_minutes",
        "get_state_display",
        "place",
    ]
    export_headings = {
        "session.code": "Session",
        "get_label_display": "Moment",
        "get_state_display": "État",
        "place": "Lieu",
    }

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", HalfDayShowView.as_view(), name="show"),
            path("<int:pk>/clore/", StaffLockView.as_view(), name="lock"),
            path("<int:pk>/presence/<int:enrolment>/", StaffRecordView.as_view(), name="record"),
            *HALF_DAY_ROUTES,
            *OFFLINE_ROUTES,
        ]
