"""Logs of a learning platform, received for one session: checked, then recorded."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import include, path
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages

from core.backoffice.refusals import tell_refusal
from core.exceptions import DomainError
from core.french import plural
from exchange.domain import batches
from exchange.domain.platform_logs import lifecycle
from exchange.enums import ImportState
from exchange.forms.platform_logs import PlatformLogForm
from exchange.models import ImportBatch
from training.backoffice.session_tabs import SessionScreenMixin
from training.domain import remote_activities


class LogUploadView(SessionScreenMixin, View):
    """Deposit a platform's log: it is checked, nothing is written yet."""

    permission_required = "exchange.commit_importbatch"
    page_title = "Importer le journal d’une plateforme"
    template_name = "exchange/platform_logs/upload.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=PlatformLogForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PlatformLogForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = lifecycle.receive(
                    content=file.read(),
                    name=file.name,
                    session=self.session,
                    actor=request.user,
                )
            except DomainError as error:
                form.add_error("file", error.message)
            else:
                return redirect("platform-logs:show", self.session.pk, batch.uuid)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            session=self.session,
            activities=remote_activities.activities_of(self.session.programme_version),
            **kwargs,
        )


class LogView(SessionScreenMixin, View):
    """What a log would write, line by line; then one word writes it, or gives it up."""

    permission_required = "exchange.commit_importbatch"
    page_title = "Journal d’une plateforme"
    template_name = "exchange/platform_logs/show.html"

    @cached_property
    def batch(self) -> ImportBatch:
        """The log that the URL names. Raises Http404."""
        return get_object_or_404(
            ImportBatch.objects.select_related("session"),
            uuid=self.kwargs["uuid"],
            kind=lifecycle.KIND,
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
                written = lifecycle.confirm(batch=batch, actor=request.user)
                messages.success(
                    request, f"{plural(written, 'activité notée', 'activités notées')}."
                )
        except DomainError as error:
            tell_refusal(request, error)
            return redirect("platform-logs:show", session.pk, batch.uuid)
        return redirect("remote:tab", session.pk)


urlpatterns = [
    path(
        "sessions/<int:pk>/distance/journal/",
        include(
            (
                [
                    path("", LogUploadView.as_view(), name="upload"),
                    path("<uuid:uuid>/", LogView.as_view(), name="show"),
                ],
                "platform-logs",
            )
        ),
    )
]
