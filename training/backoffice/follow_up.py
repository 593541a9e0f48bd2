"""Screens of what keeps the house running: messages, background jobs, journal."""

from typing import Any

import django_filters

from django.urls import URLPattern, path, reverse

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import Button

from training.backoffice.actions import ActionView
from training.backoffice.journal_words import detail_sentences, job_words, state_words, verb_words
from training.backoffice.records import (
    MomentColumn,
    ReadOnlyViewSet,
    RecordFilterSet,
    RecordIndexView,
    RecordInspectView,
    state_column,
)
from training.domain import jobs, outbox
from training.enums import JobState, MessageChannel, MessageState
from training.forms.absences import DraftForm
from training.forms.widgets import NativeDateInput
from training.models import Job, JournalEntry, Message
from training.registry import registry

# --- Messages -------------------------------------------------------------------------------------


class MessageFilterSet(RecordFilterSet):
    """By state, by channel, by kind."""

    class Meta:
        model = Message
        fields = ["state", "channel"]


class MessageIndexView(RecordIndexView):
    """Messages, newest first; one may post or retry from the row."""

    def get_list_more_buttons(self, instance: Message) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if not self.request.user.has_perm("training.operate_enrolment"):
            return buttons
        if instance.state == MessageState.FAILED:
            url = reverse("messages:retry", args=[instance.pk])
            buttons.append(Button("Renvoyer", url=url, icon_name="resubmit", priority=5))
        if instance.state == MessageState.DRAFT:
            url = reverse("messages:send_draft", args=[instance.pk])
            buttons.append(Button("Relire et envoyer", url=url, icon_name="edit", priority=5))
        if instance.state == MessageState.TO_DELIVER:
            url = reverse("messages:deliver", args=[instance.pk])
            buttons.append(Button("Marquer remis", url=url, icon_name="check", priority=5))
        return buttons


def may_be_read(message: Message) -> bool:
    """Whether staff may read the text: not a personal link that travels by mail.

    The link would open somebody's space; a letter to hand over must be readable to be printed.
    """
    return not (message.is_secret and message.channel == MessageChannel.MAIL)


class MessageInspectView(RecordInspectView):
    """A message, with its text as the person reads it."""

    template_name = "training/backoffice/message_inspect.html"
    page_title = "Message"

    def get_object(self, queryset: Any = None) -> Message:
        return super().get_object(Message.objects.select_related("session", "enrolment__learner"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        operator = self.request.user.has_perm("training.operate_enrolment")
        return super().get_context_data(
            readable=may_be_read(self.object),
            may_retry=operator and self.object.state == MessageState.FAILED,
            may_deliver=operator and self.object.state == MessageState.TO_DELIVER,
            is_draft=operator and self.object.state == MessageState.DRAFT,
            **kwargs,
        )


class MessageActionView(ActionView):
    """A gesture on a message."""

    model = Message
    permission_required = "training.operate_enrolment"
    header_icon = "mail"

    def get_return_url(self) -> str:
        return reverse("messages:inspect", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("messages:index"), "label": "Messages"},
            {"url": self.get_return_url(), "label": self.record.subject},
        ]


class RetryMessageView(MessageActionView):
    """Send again a mail that failed."""

    page_title = "Renvoyer ce message"
    submit_label = "Renvoyer"
    success = "Le message est de nouveau dans la file d’envoi."

    def get_explanation(self) -> list[str]:
        return [
            f"« {self.record.subject} » sera envoyé de nouveau à {self.record.to_email}.",
            f"Dernière erreur : {self.record.error or 'non connue'}.",
        ]

    def perform(self, data: dict[str, Any]) -> None:
        outbox.retry(message=self.record, actor=self.request.user)


class DeliverMessageView(MessageActionView):
    """Note that a letter was posted or handed over."""

    page_title = "Marquer ce message comme remis"
    submit_label = "Marquer remis"
    success = "Le message est noté comme remis."

    def get_explanation(self) -> list[str]:
        return [
            f"Vous avez posté ou remis « {self.record.subject} » à {self.record.to_name}.",
            "La date du jour sera gardée.",
        ]

    def perform(self, data: dict[str, Any]) -> None:
        outbox.mark_delivered(message=self.record, actor=self.request.user)


class SendDraftView(MessageActionView):
    """Read a draft, mend it, and send it."""

    page_title = "Relire et envoyer ce brouillon"
    submit_label = "Envoyer"
    form_class = DraftForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            "initial": {
                "to_email": self.record.to_email,
                "subject": self.record.subject,
                "body_text": self.record.body_text,
            }
        }

    def get_explanation(self) -> list[str]:
        return [f"Pour {self.record.to_name or self.record.to_email}. Rien n’est encore parti."]

    def get_blockers(self) -> list[Any]:
        if self.record.state == MessageState.DRAFT:
            return []
        return [{"sentence": "Ce message n’est plus un brouillon.", "url": ""}]

    def perform(self, data: dict[str, Any]) -> Message:
        return outbox.send_draft(message=self.record, actor=self.request.user, **data)

    def get_success(self, result: Any) -> str:
        if self.record.state == MessageState.TO_DELIVER:
            return "Le message attend d’être posté ou remis, dans la liste des messages."
        return "Le message part."


class DiscardDraftView(MessageActionView):
    """Read a draft, and leave it."""

    page_title = "Écarter ce brouillon"
    submit_label = "Écarter"
    serious = True
    success = "Le brouillon est écarté : il ne partira pas."

    def get_explanation(self) -> list[str]:
        return [f"« {self.record.subject} », pour {self.record.to_name or self.record.to_email}."]

    def perform(self, data: dict[str, Any]) -> None:
        outbox.discard_draft(message=self.record, actor=self.request.user)


class MessageViewSet(ReadOnlyViewSet):
    """The outbox."""

    model = Message
    name = "messages"
    url_prefix = "messages"
    icon = "mail"
    menu_label = "Messages"
    index_view_class = MessageIndexView
    inspect_view_class = MessageInspectView
    filterset_class = MessageFilterSet
    list_related = ("session",)
    list_display = [
        "subject",
        Column("to_name", label="Destinataire", sort_key="to_name"),
        Column("get_channel_display", label="Par"),
        state_column(),
        Column("session.code", label="Session"),
        MomentColumn("created_at", label="Créé le", sort_key="created_at"),
        MomentColumn("sent_at", label="Envoyé le", sort_key="sent_at"),
    ]
    search_fields = ["subject", "to_name", "to_email", "session__code"]
    list_export = [
        "subject",
        "to_name",
        "to_email",
        "get_channel_display",
        "get_state_display",
        "created_at",
        "sent_at",
        "error",
    ]
    export_headings = {"get_channel_display": "Par", "get_state_display": "État"}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/renvoyer/", RetryMessageView.as_view(), name="retry"),
            path("<int:pk>/remis/", DeliverMessageView.as_view(), name="deliver"),
            path("<int:pk>/brouillon/", SendDraftView.as_view(), name="send_draft"),
            path("<int:pk>/ecarter/", DiscardDraftView.as_view(), name="discard"),
        ]


# --- Background jobs ------------------------------------------------------------------------------


def progress_words(job: Job) -> str:
    """« 12 sur 40 », or nothing when the job does not count."""
    return f"{job.progress} sur {job.total}" if job.total else ""


class JobInspectView(RecordInspectView):
    """A job: where it stands, its last error, a way to start it again."""

    template_name = "training/backoffice/job_inspect.html"
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
    """Whoever asked for the job, and those who operate sessions."""
    return job.actor_id == user.pk or user.has_perm("training.operate_trainingsession")


class RetryJobView(ActionView):
    """Start again a job that failed."""

    model = Job
    permission_required = "training.view_job"
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


# --- Journal --------------------------------------------------------------------------------------


class JournalFilterSet(RecordFilterSet):
    """By day."""

    since = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label="À partir du", widget=NativeDateInput
    )
    until = django_filters.DateFilter(
        field_name="at", lookup_expr="date__lte", label="Jusqu’au", widget=NativeDateInput
    )

    class Meta:
        model = JournalEntry
        fields: list[str] = []


def journal_move(entry: JournalEntry) -> str:
    """« Demandée → Acceptée », or the one state, or nothing."""
    states = [
        state_words(entry.object_type, state)
        for state in (entry.from_state, entry.to_state)
        if state
    ]
    return " → ".join(states)


def journal_details(entry: JournalEntry) -> str:
    """The reason and values of the line; says so when they were erased."""
    details = getattr(entry, "details", None)
    if details is not None:
        return " ; ".join(detail_sentences(details.data))
    return "Détail effacé" if entry.details_digest else ""


class JournalViewSet(ReadOnlyViewSet):
    """The journal, which nobody changes."""

    model = JournalEntry
    name = "journal"
    url_prefix = "journal"
    icon = "history"
    menu_label = "Journal"
    inspect_view_enabled = False
    omitted_views = ReadOnlyViewSet.omitted_views | {"inspect"}
    filterset_class = JournalFilterSet
    list_related = ("actor", "session", "details")
    list_per_page = 50
    list_display = [
        Column("verb", label="Action", accessor=lambda entry: verb_words(entry.verb)),
        MomentColumn("at", label="Le", sort_key="at"),
        Column("actor", label="Par", accessor=lambda entry: entry.actor or "—"),
        Column("session.code", label="Session"),
        Column("move", label="État", accessor=journal_move),
        Column("details", label="Détail", accessor=journal_details),
    ]
    search_fields = ["verb", "session__code", "actor__email"]
    list_export = ["at", "verb", "actor", "session", "object_type", "object_id"]
