"""Screens of the outbox: every message, and the actions on one."""

from typing import Any

from django.urls import URLPattern, path, reverse

from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from core.backoffice import menus
from core.backoffice.actions import ActionView
from core.backoffice.records import (
    MomentColumn,
    ReadOnlyViewSet,
    RecordFilterSet,
    RecordIndexView,
    RecordInspectView,
    state_column,
)
from core.domain import outbox
from core.enums import MessageChannel, MessageState
from core.forms.messages import DraftForm
from core.models import Message


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

    The link would open a learner's space; a letter to hand over must be readable to be printed.
    """
    return not (message.is_secret and message.channel == MessageChannel.MAIL)


class MessageInspectView(RecordInspectView):
    """A message, with its text as the person reads it."""

    template_name = "core/backoffice/message_inspect.html"
    page_title = "Message"

    def get_object(self, queryset: Any = None) -> Message:
        message = super().get_object(
            Message.objects.select_related("session", "enrolment__learner")
        )
        return outbox.ensure_text(message) if may_be_read(message) else message

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
    """An action on a message."""

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
    """Read a draft, correct it, and send it."""

    page_title = "Relire et envoyer ce brouillon"
    submit_label = "Envoyer"
    form_class = DraftForm

    def get_form_kwargs(self) -> dict[str, Any]:
        outbox.ensure_text(self.record)
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
    menu_hook = menus.MONITORING
    menu_order = 1
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
