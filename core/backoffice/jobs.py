"""Background jobs: how far they are, why they failed, another try."""

from typing import Any

import django_filters

from django.urls import URLPattern, path, reverse

from wagtail.admin.ui.tables import Column, TitleColumn

from core.backoffice import menus
from core.backoffice.actions import ActionView
from core.backoffice.journal_words import job_words
from core.backoffice.records import (
    MomentColumn,
    ReadOnlyViewSet,
    RecordFilterSet,
    RecordInspectView,
    state_column,
)
from core.domain import jobs
from core.enums import JobState
from core.models import Job
from core.registry import registry


def progress_words(job: Job) -> str:
    """« 12 sur 40 », or nothing when the job does not count."""
    return f"{job.progress} sur {job.total}" if job.total else ""


class JobInspectView(RecordInspectView):
    """A job: its state, its last error, a way to start it again."""

    template_name = "core/backoffice/job_inspect.html"
    page_title = "Tâche de fond"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_retry = self.object.state == JobState.FAILED and may_retry_job(
            self.request.user, self.object
        )
        return super().get_context_data(
            kind_words=job_words(self.object.kind),
            progress=progress_words(self.object),
            may_retry=may_retry,
            **kwargs,
        )


def may_retry_job(user: Any, job: Job) -> bool:
    """The user who asked for the job, and those who operate sessions."""
    return job.actor_id == user.pk or user.has_perm("training.operate_trainingsession")


class RetryJobView(ActionView):
    """Start again a job that failed."""

    model = Job
    permission_required = "core.view_job"
    header_icon = "tasks"
    page_title = "Relancer cette tâche"
    submit_label = "Relancer"
    success = "La tâche est de nouveau dans la file."

    def user_has_permission(self, permission: str) -> bool:
        return super().user_has_permission(permission) and may_retry_job(
            self.request.user, self.record
        )

    def get_explanation(self) -> list[str]:
        return [
            "Elle reprendra là où elle s’est arrêtée.",
            f"Dernière erreur : {self.record.error or 'non connue'}.",
        ]

    def perform(self, data: dict[str, Any]) -> None:
        jobs.retry(job=self.record)

    def get_return_url(self) -> str:
        return reverse("jobs:inspect", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("jobs:index"), "label": "Tâches de fond"},
            {"url": self.get_return_url(), "label": job_words(self.record.kind)},
        ]


class JobFilterSet(RecordFilterSet):
    """By state, by kind."""

    kind = django_filters.ChoiceFilter(
        label="Tâche", choices=lambda: sorted(registry.job_kinds.items(), key=lambda item: item[1])
    )

    class Meta:
        model = Job
        fields = ["state", "kind"]


class JobViewSet(ReadOnlyViewSet):
    """Background jobs."""

    model = Job
    name = "jobs"
    url_prefix = "taches"
    icon = "tasks"
    menu_label = "Tâches de fond"
    menu_hook = menus.MONITORING
    menu_order = 2
    inspect_view_class = JobInspectView
    list_related = ("actor",)
    list_display = [
        TitleColumn(
            "kind",
            label="Tâche",
            accessor=lambda job: job_words(job.kind),
            sort_key="kind",
            get_url=lambda job: reverse("jobs:inspect", args=[job.pk]),
        ),
        state_column(),
        Column("progress", label="Avancement", accessor=progress_words),
        Column("actor", label="Demandée par"),
        MomentColumn("created_at", label="Créée le", sort_key="created_at"),
        Column("error", label="Erreur"),
    ]
    filterset_class = JobFilterSet
    search_fields = ["kind", "error"]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/relancer/", RetryJobView.as_view(), name="retry"),
        ]
