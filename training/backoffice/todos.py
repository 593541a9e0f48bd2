"""The home page of staff: what is to be done today, by name, not figures.

Another app adds its own panel: a subclass of `TodoPanel` appended to the list through Wagtail's
hook `construct_homepage_panels`.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from core.backoffice.todos import Todo, TodoPanel
from core.domain import outbox
from core.enums import MessageState
from core.french import format_day
from core.models import Message
from training.enums import AdaptationState, EnrolmentState, HalfDayState, SessionState
from training.models import Adaptation, Enrolment, HalfDay, TrainingSession
from training.models.sessions import HalfDayQuerySet

#: How long a mail that waited too long to leave is shown.
TOO_LATE_SHOWN = dt.timedelta(days=14)


class _HalfDaysPanel(TodoPanel):
    """Half-days, in the order of their start, with who trains."""

    permission = "training.view_halfday"

    def half_days(self) -> HalfDayQuerySet:
        """Those of the panel."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[HalfDay]:
        return (
            self.half_days()
            .select_related("session__programme_version", "session__venue", "venue")
            .prefetch_related("assignments__trainer")
            .order_by("starts_at", "pk")
        )

    def trainers(self, record: HalfDay) -> str:
        """Their names, nothing without any."""
        return ", ".join(str(item.trainer) for item in record.assignments.all())


class TodayPanel(_HalfDaysPanel):
    """Half-days of the day."""

    title = "Aujourd’hui"
    nothing = "Aucune demi-journée aujourd’hui."
    order = 10

    def half_days(self) -> HalfDayQuerySet:
        return HalfDay.objects.counting().on_day(timezone.localdate())

    def todo(self, record: HalfDay) -> Todo:
        return Todo(
            f"{record.session.code}, {record.session.title}",
            " · ".join(filter(None, [record.times_range, record.place, self.trainers(record)])),
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


class ToClosePanel(_HalfDaysPanel):
    """Half-days that are over and that no one closed."""

    title = "À clore"
    nothing = "Toutes les demi-journées passées sont closes."
    order = 30

    def half_days(self) -> HalfDayQuerySet:
        return HalfDay.objects.filter(
            state=HalfDayState.PLANNED,
            ends_at__lt=timezone.now(),
            session__state=SessionState.CONFIRMED,
        )

    def todo(self, record: HalfDay) -> Todo:
        return Todo(
            f"{record.session.code}, {record}",
            self.trainers(record) or "sans personne formatrice",
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
    """Messages that failed or left too late to make sense, and letters to post or hand over."""

    title = "Messages non partis ou à remettre"
    nothing = "Aucun message en attente de vous."
    order = 50
    permission = "training.operate_enrolment"

    def get_queryset(self) -> QuerySet[Message]:
        return Message.objects.filter(
            Q(state__in=[MessageState.FAILED, MessageState.TO_DELIVER])
            # What was too late is news for a while; nothing can be done to the message itself.
            | Q(
                state=MessageState.DISCARDED,
                error=outbox.TOO_LATE,
                useful_until__gte=timezone.now() - TOO_LATE_SHOWN,
            )
        ).order_by("created_at", "pk")

    def todo(self, record: Message) -> Todo:
        return Todo(
            f"{record.subject}, pour {record.to_name or record.to_email}",
            record.error
            if record.state == MessageState.DISCARDED
            else str(record.get_state_display()),
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
            .exclude(enrolment__state=EnrolmentState.UNCONFIRMED)
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
