"""Distance learning on the page of a session: who did what, what shows it, a platform's log."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import include, path, reverse
from django.utils.functional import cached_property

from accounts.requests import user_of
from attendance.domain.remote import reading, recording
from attendance.forms.remote import RemoteDoneForm
from attendance.models import RemoteActivityDone
from core.backoffice.actions import ActionView
from core.forms.reasons import ReasonForm
from core.french import format_minutes, plural
from training.backoffice.session_heading import half_days_trail, session_queryset
from training.backoffice.session_tabs import SessionTab, SessionTabView
from training.domain import remote_activities
from training.models import Enrolment, RemoteActivity, TrainingSession

OPERATE = "training.operate_trainingsession"


def add_tab(session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]) -> None:
    """« À distance », when the programme asks for activities; its badge: what waits for a look."""
    if not request.user.has_perm("attendance.view_remoteactivitydone"):
        return
    if remote_activities.estimated_minutes(session.programme_version):
        waiting = reading.to_validate(session=session).count()
        url = reverse("remote:tab", args=[session.pk])
        tabs.append(SessionTab("remote", "À distance", url, badge=waiting, order=35))


class RemoteTabView(SessionTabView):
    """Each person and each activity, with the minutes that count."""

    tab_name = "remote"
    page_title = "À distance"
    permission_required = "attendance.view_remoteactivitydone"
    template_name = "attendance/backoffice/session_remote.html"

    def get_tab_context(self) -> dict[str, Any]:
        rows = reading.remote_rows(session=self.session)
        states = [cell.state for row in rows for cell in row.cells]
        return {
            "rows": [(row, format_minutes(row.minutes)) for row in rows],
            "activities": remote_activities.activities_of(self.session.programme_version),
            "insufficient": states.count("insufficient"),
            "waiting": states.count("to_validate"),
            "may_operate": self.request.user.has_perm(OPERATE),
        }


class RemoteActionView(ActionView):
    """An action on the distance learning of a session."""

    model = TrainingSession
    permission_required = OPERATE
    header_icon = "desktop"

    def get_queryset(self) -> QuerySet[TrainingSession]:
        return session_queryset()

    def get_return_url(self) -> str:
        return reverse("remote:tab", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return [
            *half_days_trail(self.record),
            {"url": self.get_return_url(), "label": "À distance"},
        ]


class CellActionView(RemoteActionView):
    """An action on one person and one activity of the session."""

    @cached_property
    def enrolment(self) -> Enrolment:
        """The person of the address. Raises Http404."""
        return get_object_or_404(
            Enrolment.objects.taking_part().select_related("learner", "session"),
            pk=self.kwargs["enrolment"],
            session=self.record,
            learner__isnull=False,
        )

    @cached_property
    def activity(self) -> RemoteActivity:
        """The activity of the address, of the session's programme. Raises Http404."""
        return get_object_or_404(
            RemoteActivity,
            pk=self.kwargs["activity"],
            version_id=self.record.programme_version_id,
        )

    @cached_property
    def done(self) -> RemoteActivityDone | None:
        """What is recorded now."""
        return RemoteActivityDone.objects.filter(
            enrolment=self.enrolment, activity=self.activity
        ).first()

    def get_explanation(self) -> list[str]:
        return [
            f"{self.enrolment.learner}, « {self.activity} », durée estimée : "
            f"{format_minutes(self.activity.estimated_minutes)}, trace attendue : "
            f"{self.activity.get_evidence_display().lower()}."
        ]


class RecordView(CellActionView):
    """Write down what was done, and validate it when one has looked at it."""

    form_class = RemoteDoneForm
    page_title = "Noter une activité à distance"
    submit_label = "Enregistrer"
    success = "L’activité est notée."

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {}
        if self.done is not None:
            initial = {
                "done_on": self.done.done_on,
                "evidence": self.done.evidence,
                "reference": self.done.reference,
            }
        return {"activity": self.activity, "initial": initial}

    def perform(self, data: dict[str, Any]) -> None:
        recording.record_done(
            enrolment=self.enrolment, activity=self.activity, actor=user_of(self.request), **data
        )


class WithdrawView(CellActionView):
    """Take a validation back."""

    form_class = ReasonForm
    page_title = "Retirer la validation"
    submit_label = "Retirer la validation"
    success = "La validation est retirée : l’activité ne compte plus."
    serious = True

    def perform(self, data: dict[str, Any]) -> None:
        if self.done is None:
            raise Http404
        recording.withdraw(row=self.done, actor=user_of(self.request), reason=data["reason"])


class ValidateAllView(RemoteActionView):
    """Validate everything that has evidence, after a look at the list."""

    page_title = "Valider les traces reçues"
    submit_label = "Valider"

    @cached_property
    def waiting(self) -> list[RemoteActivityDone]:
        """What waits."""
        return list(reading.to_validate(session=self.record))

    def get_explanation(self) -> list[str]:
        if not self.waiting:
            return ["Rien n’attend d’être validé."]
        return [
            "Vous confirmez avoir vérifié ces traces ; leur durée estimée comptera :",
            *(
                f"{row.enrolment.learner} : {row.activity}, {row.get_evidence_display().lower()}"
                + (f" ({row.reference})" if row.reference else "")
                for row in self.waiting
            ),
        ]

    def perform(self, data: dict[str, Any]) -> int:
        return recording.validate(rows=self.waiting, actor=user_of(self.request))

    def get_success(self, result: int) -> str:
        return f"{plural(result, 'activité validée', 'activités validées')}."


urlpatterns = [
    path(
        "sessions/<int:pk>/distance/",
        include(
            (
                [
                    path("", RemoteTabView.as_view(), name="tab"),
                    path("valider/", ValidateAllView.as_view(), name="validate"),
                    path("<int:enrolment>/<int:activity>/", RecordView.as_view(), name="record"),
                    path(
                        "<int:enrolment>/<int:activity>/retirer/",
                        WithdrawView.as_view(),
                        name="withdraw",
                    ),
                ],
                "remote",
            )
        ),
    )
]
