"""What attendance leaves to do, on the home page of staff; a list that is empty is not shown."""

from typing import Any

from django.db.models import Case, Exists, OuterRef, QuerySet, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from attendance.domain import guessing, waiting
from attendance.domain.offline import deposits
from attendance.enums import FollowUpState
from attendance.models import (
    AbsenceFollowUp,
    AttendanceDispute,
    AttendanceFlag,
    FollowedAbsence,
    GuessingAlert,
    OfflineDeposit,
    OfflineItem,
    SignatureClaim,
    WalkIn,
)
from core.backoffice.todos import Todo, TodoPanel
from core.enums import MessageState
from core.french import PARIS, format_day, format_time
from core.models import Message
from training.enums import AbsenceReason, SessionState
from training.models import AttendanceMark


class AttendancePanel(TodoPanel):
    """A list of the attendance, shown when there is something in it."""

    permission = "training.operate_trainingsession"

    def is_shown(self, request: HttpRequest) -> bool:
        return super().is_shown(request) and self.get_queryset().exists()


class ReturnedPanel(AttendancePanel):
    """What came back from a device and does not agree with what is recorded."""

    title = "Envois d’un appareil à trancher"
    order = 25

    def get_queryset(self) -> QuerySet[OfflineItem]:
        return waiting.returned_to_settle()

    def todo(self, record: OfflineItem) -> Todo:
        half_day = record.ticket.half_day
        who = record.enrolment.learner if record.enrolment else record.ticket.trainer
        return Todo(
            str(who),
            f"{record.get_kind_display()}, {half_day.session.code}, {half_day}",
            reverse("presences:settle", args=[half_day.pk, record.pk]),
        )


class DisputesPanel(AttendancePanel):
    """Learners who said that it is not exact."""

    title = "Émargements contestés"
    order = 26

    def get_queryset(self) -> QuerySet[AttendanceDispute]:
        return (
            waiting.open_disputes()
            .select_related("enrolment__learner", "enrolment__session", "receipt")
            .order_by("opened_at", "pk")
        )

    def todo(self, record: AttendanceDispute) -> Todo:
        return Todo(
            str(record.enrolment.learner),
            f"{record.enrolment.session.code}, journée du {format_day(record.receipt.day)}",
            reverse("attendance-dispute", args=[record.pk]),
        )


class WalkInsPanel(AttendancePanel):
    """People noted on the spot, to match with an enrolment."""

    title = "Personnes présentes non inscrites"
    order = 27

    def get_queryset(self) -> QuerySet[WalkIn]:
        return (
            waiting.walk_ins_to_match()
            .select_related("half_day__session__venue", "half_day__venue")
            .order_by("noted_at", "pk")
        )

    def todo(self, record: WalkIn) -> Todo:
        return Todo(
            record.name,
            f"{record.half_day.session.code}, {record.half_day}",
            reverse("walk-in-match", args=[record.pk]),
        )


class ClaimsPanel(AttendancePanel):
    """Signatures that still wait once the half-day is over or closed."""

    title = "Signatures à confirmer"
    order = 28

    def get_queryset(self) -> QuerySet[SignatureClaim]:
        return (
            waiting.claims_to_decide()
            .select_related("enrolment__learner", "half_day__session__venue", "half_day__venue")
            .order_by("made_at", "pk")
        )

    def todo(self, record: SignatureClaim) -> Todo:
        return Todo(
            str(record.enrolment.learner),
            f"{record.half_day.session.code}, {record.half_day}",
            reverse("claim-confirm", args=[record.pk]),
        )


class DepositsPanel(AttendancePanel):
    """What devices could not send by themselves, handed in, and not taken whole."""

    title = "Dépôts d’appareils à traiter"
    order = 28

    def get_queryset(self) -> QuerySet[OfflineDeposit]:
        return deposits.deposits_to_review()

    def todo(self, record: OfflineDeposit) -> Todo:
        where = f"{record.half_day.session.code}, {record.half_day}" if record.half_day else ""
        return Todo(
            record.get_origin_display(),
            where or f"déposé le {format_day(record.received_at)}",
            reverse("offline-deposit", args=[record.pk]),
        )


class UnknownAbsencesPanel(AttendancePanel):
    """Absences whose reason no one knew on the day, until the lock opens their follow-up."""

    title = "Absences au motif à préciser"
    order = 29

    def get_queryset(self) -> QuerySet[AttendanceMark]:
        followed = FollowedAbsence.objects.filter(
            enrolment=OuterRef("enrolment"), half_day=OuterRef("half_day")
        )
        return (
            AttendanceMark.objects.filter(
                ~Exists(followed),
                absence_reason=AbsenceReason.UNKNOWN,
                half_day__session__state=SessionState.CONFIRMED,
            )
            .select_related("enrolment__learner", "half_day__session__venue", "half_day__venue")
            .order_by("half_day__starts_at", "pk")
        )

    def todo(self, record: AttendanceMark) -> Todo:
        return Todo(
            str(record.enrolment.learner),
            f"{record.half_day.session.code}, {record.half_day}",
            reverse("presences:record", args=[record.half_day_id, record.enrolment_id]),
        )


class FollowUpsPanel(AttendancePanel):
    """Absences to follow: what waits for staff first, then what waits for the person."""

    title = "Absences à suivre"
    order = 29
    permission = "attendance.operate_absencefollowup"

    def get_queryset(self) -> QuerySet[AbsenceFollowUp]:
        rank = Case(
            When(state=FollowUpState.TO_CHECK, then=0),
            When(state=FollowUpState.AWAITED, then=2),
            default=1,
        )
        return (
            AbsenceFollowUp.objects.exclude(state=FollowUpState.CLOSED)
            .select_related("enrolment__learner", "enrolment__session")
            .order_by(rank, "opened_at", "pk")
        )

    def todo(self, record: AbsenceFollowUp) -> Todo:
        words = record.get_state_display()
        if record.state == FollowUpState.AWAITED and record.due_on is not None:
            words += f" avant le {format_day(record.due_on)}"
        return Todo(
            str(record.enrolment.learner),
            f"{record.enrolment.session.code} · {words}",
            reverse("absences:inspect", args=[record.pk]),
        )

    def get_all_url(self) -> str:
        return f"{reverse('absences:index')}?still=open"


class DraftsPanel(AttendancePanel):
    """Messages prepared that wait to be read, then sent or discarded."""

    title = "Brouillons à relire"
    order = 48
    permission = "training.operate_enrolment"

    def get_queryset(self) -> QuerySet[Message]:
        return Message.objects.filter(state=MessageState.DRAFT).order_by("created_at", "pk")

    def todo(self, record: Message) -> Todo:
        return Todo(
            record.subject,
            f"pour {record.to_name or record.to_email}",
            reverse("messages:send_draft", args=[record.pk]),
        )

    def get_all_url(self) -> str:
        return f"{reverse('messages:index')}?state={MessageState.DRAFT}"


class FlagsPanel(AttendancePanel):
    """Points worth a look."""

    title = "Points d’émargement à regarder"
    order = 45

    def get_queryset(self) -> QuerySet[AttendanceFlag]:
        return (
            waiting.open_flags()
            .select_related("half_day__session__venue", "half_day__venue")
            .order_by("raised_at", "pk")
        )

    def todo(self, record: AttendanceFlag) -> Todo:
        return Todo(
            record.get_kind_display(),
            f"{record.half_day.session.code}, {record.half_day}",
            reverse("session-attendance", args=[record.half_day.session_id]),
        )


class GuessingPanel(AttendancePanel):
    """Codes tried in number, as long as new ones are longer because of it."""

    title = "Codes de salle essayés en nombre"
    order = 24

    def get_queryset(self) -> QuerySet[GuessingAlert]:
        return GuessingAlert.objects.since(timezone.now() - guessing.WATCH)

    def todo(self, record: GuessingAlert) -> Todo:
        return Todo(
            f"Le {format_day(timezone.localdate(record.hour))}, à partir de "
            f"{format_time(record.hour, zone=PARIS)}",
            f"Plus de {guessing.CEILING} codes faux en une heure. Les nouveaux codes ont huit "
            "lettres pendant un jour ; une signature sans lien personnel attend toujours la "
            "personne formatrice.",
            reverse("sessions:index"),
        )


PANELS: tuple[type[AttendancePanel], ...] = (
    GuessingPanel,
    ReturnedPanel,
    DisputesPanel,
    WalkInsPanel,
    ClaimsPanel,
    DepositsPanel,
    UnknownAbsencesPanel,
    FollowUpsPanel,
    DraftsPanel,
    FlagsPanel,
)


def add_attendance_panels(request: HttpRequest, panels: list[Any]) -> None:
    """The lists of the attendance that concern the person and hold something."""
    panels += [panel for kind in PANELS if (panel := kind()).is_shown(request)]
