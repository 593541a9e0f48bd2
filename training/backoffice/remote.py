"""Distance learning on the page of a session: who did what, what shows it, a platform's log."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import include, path, reverse
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages

from training.backoffice.actions import ActionView
from training.backoffice.half_day_planning import session_trail
from training.backoffice.refusals import tell_refusal
from training.backoffice.session_heading import session_queryset
from training.backoffice.session_tabs import SessionScreenMixin, SessionTab, SessionTabView
from training.domain import remote
from training.domain.imports import batches, platform_log
from training.enums import ImportState
from training.exceptions import DomainError
from training.forms.reasons import ReasonForm
from training.forms.remote import PlatformLogForm, RemoteDoneForm
from training.french import format_minutes, plural
from training.models import (
    Enrolment,
    ImportBatch,
    RemoteActivity,
    RemoteActivityDone,
    TrainingSession,
)

OPERATE = "training.operate_trainingsession"


def add_tab(session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]) -> None:
    """« À distance », when the programme asks for activities; its badge: what waits for a look."""
    if not request.user.has_perm("training.view_remoteactivitydone"):
        return
    if remote.estimated_minutes(session.programme_version):
        waiting = remote.to_validate(session=session).count()
        url = reverse("remote:tab", args=[session.pk])
        tabs.append(SessionTab("remote", "À distance", url, badge=waiting, order=35))


class RemoteTabView(SessionTabView):
    """Each person and each activity, with the minutes that count."""

    tab_name = "remote"
    page_title = "À distance"
    permission_required = "training.view_remoteactivitydone"
    template_name = "training/backoffice/session_remote.html"

    def get_tab_context(self) -> dict[str, Any]:
        rows = remote.remote_rows(session=self.session)
        states = [cell.state for row in rows for cell in row.cells]
        return {
            "rows": [(row, format_minutes(row.minutes)) for row in rows],
            "activities": remote.activities_of(self.session.programme_version),
            "insufficient": states.count("insufficient"),
            "waiting": states.count("to_validate"),
            "may_operate": self.request.user.has_perm(OPERATE),
        }


class RemoteGestureView(ActionView):
    """A gesture on the distance learning of a session."""

    model = TrainingSession
    permission_required = OPERATE
    header_icon = "desktop"

    def get_queryset(self) -> QuerySet[TrainingSession]:
        return session_queryset()

    def get_return_url(self) -> str:
        return reverse("remote:tab", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return [
            *session_trail(self.record),
            {"url": self.get_return_url(), "label": "À distance"},
        ]


class CellGestureView(RemoteGestureView):
    """A gesture on one person and one activity of the session."""

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


class RecordView(CellGestureView):
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
        remote.record_done(
            enrolment=self.enrolment, activity=self.activity, actor=self.request.user, **data
        )


class WithdrawView(CellGestureView):
    """Take a validation back."""

    form_class = ReasonForm
    page_title = "Retirer la validation"
    submit_label = "Retirer la validation"
    success = "La validation est retirée : l’activité ne compte plus."
    serious = True

    def perform(self, data: dict[str, Any]) -> None:
        if self.done is None:
            raise Http404
        remote.withdraw(row=self.done, actor=self.request.user, reason=data["reason"])


class ValidateAllView(RemoteGestureView):
    """Validate everything that has evidence, after a look at the list."""

    page_title = "Valider les traces reçues"
    submit_label = "Valider"

    @cached_property
    def waiting(self) -> list[RemoteActivityDone]:
        """What waits."""
        return list(remote.to_validate(session=self.record))

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
        return remote.validate(rows=self.waiting, actor=self.request.user)

    def get_success(self, result: int) -> str:
        return f"{plural(result, 'activité validée', 'activités validées')}."


# --- A platform's log -----------------------------------------------------------------------------


class LogUploadView(SessionScreenMixin, View):
    """Deposit a platform's log: it is checked, nothing is written yet."""

    permission_required = "training.commit_importbatch"
    page_title = "Importer le journal d’une plateforme"
    template_name = "training/backoffice/remote_log_upload.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=PlatformLogForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PlatformLogForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = platform_log.receive(
                    content=file.read(),
                    name=file.name,
                    session=self.session,
                    actor=request.user,
                )
            except DomainError as error:
                form.add_error("file", error.message)
            else:
                return redirect("remote:log", self.session.pk, batch.uuid)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            session=self.session,
            activities=remote.activities_of(self.session.programme_version),
            **kwargs,
        )


class LogView(SessionScreenMixin, View):
    """What a log would write, line by line; then one word writes it, or gives it up."""

    permission_required = "training.commit_importbatch"
    page_title = "Journal d’une plateforme"
    template_name = "training/backoffice/remote_log.html"

    @cached_property
    def batch(self) -> ImportBatch:
        """The log of the address. Raises Http404."""
        return get_object_or_404(
            ImportBatch.objects.select_related("session"),
            uuid=self.kwargs["uuid"],
            kind=platform_log.KIND,
            session=self.session,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.batch
        waiting = batch.state == ImportState.PREVIEWED
        return self.render_to_response(
            self.get_context_data(
                session=self.session,
                batch=batch,
                rows=batch.report.get("rows", []),
                problems=batch.report.get("problems", []),
                may_confirm=waiting
                and not batch.totals["problems"]
                and batch.totals["to_write"] > 0,
                may_reject=waiting,
            )
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch, session = self.batch, self.session
        try:
            if "reject" in request.POST:
                batches.reject(batch=batch, actor=request.user)
                messages.success(request, "Le journal est abandonné et son fichier effacé.")
            else:
                written = platform_log.confirm(batch=batch, actor=request.user)
                messages.success(
                    request, f"{plural(written, 'activité notée', 'activités notées')}."
                )
        except DomainError as error:
            tell_refusal(request, error)
            return redirect("remote:log", session.pk, batch.uuid)
        return redirect("remote:tab", session.pk)


urlpatterns = [
    path(
        "sessions/<int:pk>/distance/",
        include(
            (
                [
                    path("", RemoteTabView.as_view(), name="tab"),
                    path("valider/", ValidateAllView.as_view(), name="validate"),
                    path("journal/", LogUploadView.as_view(), name="log-upload"),
                    path("journal/<uuid:uuid>/", LogView.as_view(), name="log"),
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
