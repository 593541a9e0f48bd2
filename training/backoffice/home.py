"""The home page of staff: what is to be done today, by name, not figures.

Another room adds its own panel: a subclass of `TodoPanel` appended to the list through Wagtail's
hook `construct_homepage_panels`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from wagtail.admin.ui.components import Component

from training.enums import (
    AdaptationState,
    EnrolmentState,
    HalfDayState,
    MessageState,
    SessionState,
)
from training.french import format_day
from training.models import Adaptation, Enrolment, HalfDay, Message, TrainingSession

SHOWN = 8


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, a few words more, where."""

    label: str
    detail: str
    url: str


class TodoPanel(Component):
    """A list of things to do, of which the first few show.

    A subclass gives `title`, `nothing` (said when there is nothing to do), `order`,
    `permission`, and writes `get_queryset`, `todo` and, when there is one, `get_all_url`.
    Somebody without the permission does not see the panel at all.
    """

    template_name = "training/backoffice/todo_panel.html"
    title = ""
    nothing = ""
    order = 100
    permission = ""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person may do something about it."""
        return request.user.has_perm(self.permission)

    def get_queryset(self) -> QuerySet[Any]:
        """What is to be done, the most pressing first."""
        raise NotImplementedError

    def todo(self, record: Any) -> Todo:
        """How one thing to do is told."""
        raise NotImplementedError

    def get_all_url(self) -> str:
        """The list of everything, when the panel shows only a part."""
        return ""

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        records = list(self.get_queryset()[: SHOWN + 1])
        more = len(records) > SHOWN
        return {
            "title": self.title,
            "nothing": self.nothing,
            "todos": [self.todo(record) for record in records[:SHOWN]],
            "all_url": self.get_all_url() if more else "",
            "more": more,
        }


class TodayPanel(TodoPanel):
    """Half-days of the day."""

    title = "Aujourd’hui"
    nothing = "Aucune demi-journée aujourd’hui."
    order = 10
    permission = "training.view_halfday"

    def get_queryset(self) -> QuerySet[HalfDay]:
        return (
            HalfDay.objects.counting()
            .on_day(timezone.localdate())
            .select_related("session__programme_version", "session__venue", "venue")
            .prefetch_related("assignments__trainer")
            .order_by("starts_at", "pk")
        )

    def todo(self, record: HalfDay) -> Todo:
        trainers = ", ".join(str(item.trainer) for item in record.assignments.all())
        return Todo(
            f"{record.session.code}, {record.session.title}",
            " · ".join(filter(None, [record.times_range, record.place, trainers])),
            reverse("half-days:show", args=[record.pk]),
        )


class RequestsPanel(TodoPanel):
    """Requests that wait for an answer."""

    title = "Demandes à traiter"
    nothing = "Toutes les demandes ont reçu une réponse."
    order = 20
    permission = "training.operate_enrolment"

    def get_queryset(self) -> QuerySet[Enrolment]:
        return (
            Enrolment.objects.filter(state=EnrolmentState.REQUESTED)
            .select_related("learner", "session__programme_version")
            .order_by("requested_at", "pk")
        )

    def todo(self, record: Enrolment) -> Todo:
        return Todo(
            str(record.learner or "Place réservée"),
            f"{record.session} · demandée le {format_day(record.requested_at)}",
            reverse("sessions:enrolments", args=[record.session_id]),
        )

    def get_all_url(self) -> str:
        return f"{reverse('enrolments:index')}?state={EnrolmentState.REQUESTED}"


class ToClosePanel(TodoPanel):
    """Half-days that are over and that nobody closed."""

    title = "À clore"
    nothing = "Toutes les demi-journées passées sont closes."
    order = 30
    permission = "training.view_halfday"

    def get_queryset(self) -> QuerySet[HalfDay]:
        return (
            HalfDay.objects.filter(
                state=HalfDayState.PLANNED,
                ends_at__lt=timezone.now(),
                session__state=SessionState.CONFIRMED,
            )
            .select_related("session__programme_version", "session__venue", "venue")
            .prefetch_related("assignments__trainer")
            .order_by("starts_at", "pk")
        )

    def todo(self, record: HalfDay) -> Todo:
        trainers = ", ".join(str(item.trainer) for item in record.assignments.all())
        return Todo(
            f"{record.session.code}, {record}",
            trainers or "sans personne formatrice",
            reverse("half-days:show", args=[record.pk]),
        )

    def get_all_url(self) -> str:
        return f"{reverse('half-days:index')}?state={HalfDayState.PLANNED}"


class ToCompletePanel(TodoPanel):
    """Confirmed sessions whose half-days are all held."""

    title = "À terminer"
    nothing = "Aucune session n’attend d’être terminée."
    order = 40
    permission = "training.operate_trainingsession"

    def get_queryset(self) -> QuerySet[TrainingSession]:
        half_days = HalfDay.objects.filter(session=OuterRef("pk"))
        return (
            TrainingSession.objects.filter(state=SessionState.CONFIRMED)
            .filter(
                Exists(half_days.filter(state=HalfDayState.HELD)),
                ~Exists(half_days.filter(state=HalfDayState.PLANNED)),
            )
            .with_dates()
            .select_related("programme_version")
            .order_by("last_end", "pk")
        )

    def todo(self, record: TrainingSession) -> Todo:
        return Todo(
            str(record),
            f"dernière demi-journée le {format_day(record.last_end)}",  # type: ignore[attr-defined]
            reverse("sessions:show", args=[record.pk]),
        )


class MessagesPanel(TodoPanel):
    """Messages that failed, and letters to post or hand over."""

    title = "Messages en échec ou à remettre"
    nothing = "Aucun message en attente de vous."
    order = 50
    permission = "training.operate_enrolment"

    def get_queryset(self) -> QuerySet[Message]:
        return Message.objects.filter(
            state__in=[MessageState.FAILED, MessageState.TO_DELIVER]
        ).order_by("created_at", "pk")

    def todo(self, record: Message) -> Todo:
        return Todo(
            f"{record.subject}, pour {record.to_name or record.to_email}",
            record.get_state_display(),
            reverse("messages:inspect", args=[record.pk]),
        )

    def get_all_url(self) -> str:
        return reverse("messages:index")


class AdaptationsPanel(TodoPanel):
    """Adaptations asked for, on which nothing is decided."""

    title = "Aménagements à étudier"
    nothing = "Aucune demande d’aménagement en attente."
    order = 25
    permission = "training.change_adaptation"

    def get_queryset(self) -> QuerySet[Adaptation]:
        return (
            Adaptation.objects.filter(state=AdaptationState.REQUESTED)
            .select_related("enrolment__learner", "enrolment__session__programme_version")
            .order_by("requested_at", "pk")
        )

    def todo(self, record: Adaptation) -> Todo:
        return Todo(
            str(record.enrolment.learner),
            str(record.enrolment.session),
            reverse("adaptations:decide", args=[record.pk]),
        )

    def get_all_url(self) -> str:
        return reverse("adaptations:index")


PANELS: tuple[type[TodoPanel], ...] = (
    TodayPanel,
    RequestsPanel,
    AdaptationsPanel,
    ToClosePanel,
    ToCompletePanel,
    MessagesPanel,
)


def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    """The panels of the domain that concern the person."""
    panels += [panel() for panel in PANELS if panel().is_shown(request)]
