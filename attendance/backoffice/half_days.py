"""Attendance on the page of a half-day: who came, and what staff record in the organisation's
name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.requests import user_of
from attendance.backoffice.deposits import HALF_DAY_ROUTES as DEPOSIT_ROUTES
from attendance.backoffice.offline import OFFLINE_ROUTES
from attendance.domain import anchors, locking, recording
from attendance.domain.offline import settling, tickets
from attendance.domain.projection import RecordedMark, with_events
from attendance.domain.versions import Version, recorded_version, recorded_words
from attendance.enums import AttendanceMethod
from attendance.forms.staff import StaffLockForm, StaffRecordForm
from attendance.models import AttendanceEvent, HalfDayLock
from core.backoffice.actions import ActionView
from core.french import as_day
from training.backoffice.half_day_planning import HalfDayActionView
from training.backoffice.half_day_rows import half_day_words
from training.backoffice.half_days import HalfDayButton, HalfDayPanel
from training.backoffice.session_heading import half_days_trail
from training.domain.expected import expected_enrolments
from training.enums import AttendanceState, HalfDayState
from training.models import AttendanceMark, Enrolment, HalfDay

OPERATE = "training.operate_trainingsession"


@dataclass(frozen=True)
class Presence:
    """A person expected, or recorded, at a half-day."""

    half_day: HalfDay
    enrolment: Enrolment
    recorded: RecordedMark | None
    expected: bool

    @property
    def mark(self) -> AttendanceMark | None:
        """What is recorded, if anything is."""
        return self.recorded.mark if self.recorded else None

    @property
    def event(self) -> AttendanceEvent | None:
        """What made the mark."""
        return self.recorded.event if self.recorded else None

    @property
    def words(self) -> str:
        """« Présence, arrivée 11 h 05, 2 h 45 », « Absence (transport) », or nothing recorded."""
        if self.recorded is None:
            return "rien d’enregistré"
        mark = self.recorded.mark
        words = recorded_words(mark=mark, half_day=self.half_day, event=self.event)
        return words[0].upper() + words[1:]


def presences(half_day: HalfDay) -> list[Presence]:
    """Who is expected at the half-day, and who was recorded there, in order of name."""
    marks = {
        recorded.mark.enrolment_id: recorded
        for recorded in with_events(AttendanceMark.objects.filter(half_day=half_day))
    }
    expected = {item.pk for item in expected_enrolments(half_day=half_day)}
    people = (
        Enrolment.objects.filter(pk__in=expected | marks.keys())
        .select_related("learner", "employer")
        .by_name()
    )
    return [Presence(half_day, item, marks.get(item.pk), item.pk in expected) for item in people]


class AttendancePanel(HalfDayPanel):
    """Who came to the half-day, what is still to be settled, and what staff may record there."""

    template_name = "attendance/backoffice/half_day_panel.html"

    def __init__(self, half_day: HalfDay, request: HttpRequest) -> None:
        super().__init__(half_day, request)
        self.operator = request.user.has_perm(OPERATE)
        self.counting = half_day.counts
        self.begun = half_day.starts_at <= timezone.now()

    def get_buttons(self) -> list[HalfDayButton]:
        half_day, buttons = self.half_day, []
        if self.operator and self.counting:
            day = as_day(half_day.starts_at, zone=half_day.zone)
            url = reverse("paper:day", args=[half_day.session_id, day])
            buttons.append(HalfDayButton("Feuille de papier du jour", url))
        if self.operator and half_day.state == HalfDayState.PLANNED and self.begun:
            url = reverse("presences:lock", args=[half_day.pk])
            buttons.append(HalfDayButton("Clore au nom de l’organisme", url))
        return buttons

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        half_day, people = self.half_day, presences(self.half_day)
        return {
            "half_day": half_day,
            "people": people,
            "present": sum(
                person.mark is not None and person.mark.state == AttendanceState.PRESENT
                for person in people
            ),
            "locks": HalfDayLock.objects.filter(half_day=half_day).select_related("trainer"),
            "anchor": anchors.last_anchor(session=half_day.session),
            "devices": tickets.live_tickets(half_day=half_day) if self.operator else [],
            "to_settle": settling.items_to_settle().filter(ticket__half_day=half_day),
            "may_settle": self.operator,
            "deposits": half_day.offline_deposits.select_related("author", "review"),
            "undone": tickets.undone_at(half_day=half_day),
            "may_record": self.operator and self.counting and self.begun,
        }


class StaffLockView(HalfDayActionView):
    """Close the half-day in the organisation's name, when who trains cannot."""

    permission_required = OPERATE
    form_class = StaffLockForm
    page_title = "Clore au nom de l’organisme"
    submit_label = "Clore la demi-journée"
    success = "La demi-journée est close."

    @cached_property
    def readiness(self) -> locking.LockReadiness:
        """Whether the half-day may be locked now."""
        return locking.lock_readiness(self.record, timezone.now())

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"early": self.readiness.early}

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "À utiliser seulement quand la personne formatrice ne peut pas clore elle-même.",
            *self.readiness.sentences,
        ]

    def perform(self, data: dict[str, Any]) -> None:
        locking.lock_half_day(
            half_day=self.record,
            trainer=None,
            actor=user_of(self.request),
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
    permission_required = OPERATE
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
    def recorded(self) -> Version | None:
        """What is recorded now."""
        return recorded_version(half_day=self.record, enrolment=self.enrolment)

    @cached_property
    def corrects(self) -> bool:
        """Whether something is already written, or the half-day closed: it is then a correction."""
        return self.recorded is not None or self.record.locks.exists()

    def get_page_title(self) -> str:
        verb = "Corriger" if self.corrects else "Enregistrer"
        return f"{verb} la présence de {self.enrolment.learner}"

    def get_trail(self) -> list[dict[str, str]]:
        return [
            *half_days_trail(self.record.session),
            {"url": self.get_return_url(), "label": str(self.record)},
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        trail = super().get_breadcrumbs_items()
        return [*trail[:-1], {"url": "", "label": str(self.enrolment.learner)}]

    def get_explanation(self) -> list[str]:
        sentences = [half_day_words(self.record)]
        if self.recorded is not None:
            how = self.recorded.how
            sentences.append(f"Enregistré : {self.recorded.words}{f' ({how})' if how else ''}.")
        if self.corrects:
            sentences.append("Ce qui était noté et ce que vous notez resteront tous deux visibles.")
        return sentences

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"half_day": self.record, "recorded": self.recorded}

    def perform(self, data: dict[str, Any]) -> None:
        common = {
            "half_day": self.record,
            "enrolment": self.enrolment,
            "actor": user_of(self.request),
        }
        assert isinstance(self.form, StaffRecordForm)  # noqa: S101  form_class
        change = self.form.change
        if self.corrects:
            recording.correct(**common, **change, reason=data["reason"])
        elif change["state"] == AttendanceState.PRESENT:
            recording.record_presence(
                **common,
                method=AttendanceMethod.STAFF,
                signature=None,
                reason=data["reason"],
                arrived_at=change["arrived_at"],
                left_at=change["left_at"],
            )
        else:
            recording.record_absence(
                **common, absence_reason=change["absence_reason"], comment=data["reason"]
            )

    def get_success(self, result: Any) -> str:
        return f"C’est enregistré pour {self.enrolment.learner}."

    def get_return_url(self) -> str:
        return reverse("half-days:show", args=[self.record.pk])


urlpatterns = [
    path(
        "demi-journees/",
        include(
            (
                [
                    path("<int:pk>/clore/", StaffLockView.as_view(), name="lock"),
                    path(
                        "<int:pk>/presence/<int:enrolment>/",
                        StaffRecordView.as_view(),
                        name="record",
                    ),
                    *DEPOSIT_ROUTES,
                    *OFFLINE_ROUTES,
                ],
                "presences",
            )
        ),
    )
]
