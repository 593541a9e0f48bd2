"""Half-days: their list, the page of one, which other apps complete."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View

from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.backoffice import menus
from core.backoffice.actions import NamedPermissionMixin
from core.backoffice.records import (
    FromDayFilter,
    ReadOnlyViewSet,
    RecordFilterSet,
    RecordIndexView,
    UntilDayFilter,
    state_column,
)
from core.french import format_minutes
from training.backoffice.half_day_planning import HALF_DAY_ROUTES
from training.backoffice.half_day_rows import half_day_words
from training.backoffice.session_heading import half_days_trail
from training.domain.account_addresses import changes_to_show
from training.enums import HalfDayState
from training.models import HalfDay

HOOK = "construct_half_day_panels"


@dataclass(frozen=True)
class HalfDayButton:
    """A button at the head of the page of a half-day."""

    label: str
    url: str


class HalfDayPanel(Component):
    """What an app adds to the page of a half-day, through the hook `construct_half_day_panels`.

    The function registered receives the half-day, the request and the list of panels, and appends
    to it. A subclass gives `template_name`, `get_context_data` and, when there is something to do,
    `get_buttons`.
    """

    order = 100

    def __init__(self, half_day: HalfDay, request: HttpRequest) -> None:
        self.half_day = half_day
        self.request = request

    def get_buttons(self) -> list[HalfDayButton]:
        """What the person may do, at the head of the page."""
        return []


class HalfDayShowView(NamedPermissionMixin, WagtailAdminTemplateMixin, View):
    """The detail page of a half-day: when, where, with whom, who came."""

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
            .prefetch_related("assignments__trainer", "groups")
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
            *half_days_trail(self.half_day.session),
            {"url": "", "label": str(self.half_day)},
        ]

    def get_panels(self) -> list[HalfDayPanel]:
        """What every app adds to the page, in order."""
        panels: list[HalfDayPanel] = []
        for add_panels in hooks.get_hooks(HOOK):
            add_panels(self.half_day, self.request, panels)
        return sorted(panels, key=lambda panel: panel.order)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        half_day, panels = self.half_day, self.get_panels()
        planned = half_day.state == HalfDayState.PLANNED
        may_plan = planned and self.request.user.has_perm("training.change_halfday")
        return super().get_context_data(
            half_day=half_day,
            words=half_day_words(half_day),
            duration=format_minutes(half_day.counted_minutes),
            to_close=planned and half_day.ends_at < timezone.now(),
            address_changes=changes_to_show(half_day=half_day, at=timezone.now())
            if planned
            else [],
            panels=panels,
            buttons=[button for panel in panels for button in panel.get_buttons()],
            may_change=may_plan and not half_day.marks.exists(),
            may_move=may_plan and half_day.first_locked_at is None,
            **kwargs,
        )


class HalfDayFilterSet(RecordFilterSet):
    """By state and by day."""

    since = FromDayFilter("starts_at")
    until = UntilDayFilter("starts_at")

    class Meta:
        model = HalfDay
        fields = ["state", "label"]


def trainers_words(half_day: HalfDay) -> str:
    """Names of who trains, from prefetched assignments."""
    return ", ".join(str(item.trainer) for item in half_day.assignments.all())


class HalfDayIndexView(RecordIndexView):
    """Half-days; a row leads to the detail page of the half-day."""

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
    menu_hook = menus.TRAINING
    menu_order = 4
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
            *HALF_DAY_ROUTES,
        ]
