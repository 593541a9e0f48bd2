"""What keeps the house running: journal, messages, jobs, imports."""

import uuid

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

from training.enums import ImportState, JobState, MessageChannel, MessageState
from training.models.append_only import AppendOnlyModel


def private_storage() -> object:
    """The storage that is never served by address."""
    return storages["private"]


class JournalEntry(AppendOnlyModel):
    """Who did what, when, to what. Free text and values stand in `JournalEntryDetails`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField("le", default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField("action", max_length=60)
    object_type = models.CharField("objet", max_length=60)
    object_id = models.CharField("identifiant", max_length=40)
    session = models.ForeignKey(
        "training.TrainingSession",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="journal",
    )
    from_state = models.CharField("de", max_length=20, blank=True)
    to_state = models.CharField("à", max_length=20, blank=True)
    details_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="training_journal_object"),
            models.Index(fields=["at"], name="training_journal_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} ({self.object_type} {self.object_id})"


class JournalEntryDetails(models.Model):
    """What of a journal line may be erased one day: reason and values."""

    entry = models.OneToOneField(
        JournalEntry, primary_key=True, on_delete=models.PROTECT, related_name="details"
    )
    salt = models.CharField(max_length=64)
    data = models.JSONField()

    class Meta:
        verbose_name = "détail du journal"
        verbose_name_plural = "détails du journal"

    def __str__(self) -> str:
        return f"Détail de {self.entry_id}"


class Message(models.Model):
    """The one outbox: every message to a person, whatever the channel, through `domain.outbox`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("nature", max_length=60)
    channel = models.CharField("par", max_length=10, choices=MessageChannel)
    to_email = models.EmailField("adresse", blank=True)
    to_name = models.CharField("destinataire", max_length=200, blank=True)
    subject = models.CharField("objet", max_length=255)
    body_text = models.TextField("texte")
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
    error = models.CharField("dernière erreur", max_length=500, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    class Meta:
        verbose_name = "message"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "created_at"], name="training_message_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel=MessageChannel.MAIL) | ~Q(to_email=""),
                name="training_message_mail_has_address",
                violation_error_message="Un courriel a besoin d’une adresse.",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False),
                name="training_message_sent_has_date",
                violation_error_message="Un message envoyé porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.get_state_display()})"


class Job(models.Model):
    """A background job. The row is the truth; the broker only a hint that it is there.

    `lease_until` is renewed while the job runs; a sweep sends again what waits or whose lease
    has expired, so that a lost queue or a killed worker loses nothing. Jobs are idempotent.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.CharField("tâche", max_length=120)
    kind = models.CharField("nature", max_length=60)
    subject_id = models.CharField("objet", max_length=40, blank=True)
    arguments = models.JSONField("arguments", default=dict, blank=True)
    state = models.CharField("état", max_length=10, choices=JobState, default=JobState.QUEUED)
    progress = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("sur", default=0)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    lease_until = models.DateTimeField("bail jusqu’à", null=True, blank=True)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    error = models.CharField("erreur", max_length=500, blank=True)
    result_key = models.CharField("fichier produit", max_length=255, blank=True)
    result_name = models.CharField("nom du fichier", max_length=255, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("créé le", default=timezone.now)
    finished_at = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        verbose_name = "tâche de fond"
        verbose_name_plural = "tâches de fond"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "not_before"], name="training_job_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[JobState.DONE, JobState.FAILED])
                | Q(finished_at__isnull=False),
                name="training_job_finished_has_date",
                violation_error_message="Une tâche finie porte sa date.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"


class ImportBatch(models.Model):
    """A register deposited by the office, checked, then written whole or not at all."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("nature", max_length=30, default="learners")
    name = models.CharField("fichier", max_length=255)
    key = models.CharField("clé du stockage privé", max_length=255)
    sha256 = models.CharField("empreinte", max_length=64)
    session = models.ForeignKey(
        "training.TrainingSession",
        verbose_name="session",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="imports",
        help_text="Seulement pour un fichier sans colonne « Session ».",
    )
    state = models.CharField(
        "état", max_length=12, choices=ImportState, default=ImportState.UPLOADED, editable=False
    )
    totals = models.JSONField("totaux", default=dict, blank=True)
    report = models.JSONField("compte rendu", default=dict, blank=True)
    written = models.JSONField(
        "ce qui a été écrit", default=dict, blank=True, help_text="De quoi annuler l’import."
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("déposé le", default=timezone.now)
    committed_at = models.DateTimeField("importé le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "import"
        ordering = ["-created_at", "-pk"]
        permissions = [("commit_importbatch", "Peut importer un registre")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[ImportState.COMMITTED, ImportState.UNDONE])
                | Q(committed_at__isnull=False),
                name="training_import_committed_has_date",
                violation_error_message="Un import écrit porte sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.UNDONE) | Q(undone_at__isnull=False),
                name="training_import_undone_has_date",
                violation_error_message="Un import annulé porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
