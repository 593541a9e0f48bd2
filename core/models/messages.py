"""The outbox: every message to a person, whatever the channel."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.enums import MESSAGE_TRANSITIONS, MessageChannel, MessageState


class Message(models.Model):
    """The one outbox: every message to a person, whatever the channel, through `domain.outbox`.

    A kind and its frozen facts; the text is rendered once, by the worker that sends it or when a
    letter or a draft is first opened. A secret text and its facts are blanked together.
    """

    transitions = MESSAGE_TRANSITIONS

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("nature", max_length=60)
    channel = models.CharField("par", max_length=10, choices=MessageChannel)
    to_email = models.EmailField("adresse", blank=True)
    to_name = models.CharField("destinataire", max_length=200, blank=True)
    subject = models.CharField("objet", max_length=255)
    context = models.JSONField(
        "faits",
        default=dict,
        blank=True,
        editable=False,
        help_text="Ce que disent les gabarits, figé à la décision.",
    )
    body_text = models.TextField("texte", blank=True, help_text="Vide tant que rien ne l’a rendu.")
    body_html = models.TextField("HTML", blank=True)
    attachments = models.JSONField(
        "pièces jointes",
        default=list,
        blank=True,
        help_text="Liste de {name, key} : clés du stockage privé.",
    )
    session = models.ForeignKey(
        "training.TrainingSession",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    enrolment = models.ForeignKey(
        "training.Enrolment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    is_secret = models.BooleanField(
        "porte un code ou un lien", default=False, help_text="Le texte est effacé après l’envoi."
    )
    dedupe_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    state = models.CharField(
        "état", max_length=12, choices=MessageState, default=MessageState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    useful_until = models.DateTimeField(
        "n’a plus de sens après le", null=True, blank=True, editable=False
    )
    error = models.CharField("dernière erreur", max_length=500, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    class Meta:
        verbose_name = "message"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "created_at"], name="core_message_state"),
            # The order of the outbox.
            models.Index(fields=["created_at", "id"], name="core_message_created"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel=MessageChannel.MAIL) | ~Q(to_email=""),
                name="core_message_mail_has_address",
                violation_error_message="Un courriel a besoin d’une adresse.",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False),
                name="core_message_sent_has_date",
                violation_error_message="Un message envoyé porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.get_state_display()})"
