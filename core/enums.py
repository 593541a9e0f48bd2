"""Closed lists of messages, jobs and the organisation."""

from django.db import models

from core.machines import Transitions


class VatRegime(models.TextChoices):
    """VAT treatment on the day of the agreement."""

    EXEMPT = "exempt", "Exonéré (CGI art. 261-4-4° a)"
    FRANCHISE = "franchise", "Franchise en base (CGI art. 293 B)"
    TAXABLE = "taxable", "Soumis à la TVA"


class JobState(models.TextChoices):
    """Life of a background job."""

    QUEUED = "queued", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminé"
    FAILED = "failed", "Échoué"


JOB_TRANSITIONS = Transitions(
    {
        JobState.QUEUED: {JobState.RUNNING},
        JobState.RUNNING: {
            # Another worker takes it over, once the lease has expired.
            JobState.RUNNING,
            JobState.QUEUED,
            JobState.DONE,
            JobState.FAILED,
        },
        JobState.DONE: (),
        JobState.FAILED: {JobState.QUEUED},
    },
    journals_workers=False,
)


class MessageChannel(models.TextChoices):
    """How a message reaches its recipient."""

    MAIL = "mail", "Courriel"
    POST = "post", "Courrier"
    HAND = "hand", "Remise en main propre"
    PORTAL = "portal", "Espace personnel"


class MessageState(models.TextChoices):
    """Life of a message. A draft waits for a person to read it; it never leaves by itself."""

    DRAFT = "draft", "Brouillon"
    QUEUED = "queued", "À envoyer"
    SENT = "sent", "Envoyé"
    FAILED = "failed", "Échec"
    TO_DELIVER = "to_deliver", "À remettre"
    DISCARDED = "discarded", "Écarté"


MESSAGE_TRANSITIONS = Transitions(
    {
        MessageState.DRAFT: {
            MessageState.QUEUED,
            MessageState.TO_DELIVER,
            MessageState.DISCARDED,
        },
        # Tried again, later, when the server did not take it.
        # Set aside when it waited until it made no sense any more.
        MessageState.QUEUED: {
            MessageState.QUEUED,
            MessageState.SENT,
            MessageState.FAILED,
            MessageState.DISCARDED,
        },
        MessageState.FAILED: {MessageState.QUEUED},
        MessageState.TO_DELIVER: {MessageState.SENT},
        MessageState.SENT: (),
        MessageState.DISCARDED: (),
    },
    starts={MessageState.DRAFT, MessageState.TO_DELIVER},
    journals_workers=False,
)


class PictureRole(models.TextChoices):
    """What a picture of the organisation is to its documents."""

    LOGO = "logo", "Logo"
    STAMP = "stamp", "Cachet"
    SIGNATURE = "signature", "Signature"
