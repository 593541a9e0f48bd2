"""Background jobs: the row is the truth, the broker a hint. When what runs by the clock ran."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.enums import JOB_TRANSITIONS, JobState


class Job(models.Model):
    """A background job. The row is the truth; the broker only a hint that it is there.

    `lease_until` is renewed while the job runs; a sweep sends again what waits or whose lease
    has expired, so that a lost queue or a killed worker loses nothing. Jobs are idempotent.
    """

    transitions = JOB_TRANSITIONS

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
        indexes = [models.Index(fields=["state", "not_before"], name="core_job_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[JobState.DONE, JobState.FAILED])
                | Q(finished_at__isnull=False),
                name="core_job_finished_has_date",
                violation_error_message="Une tâche finie porte sa date.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"


class LastRun(models.Model):
    """When a periodic task last ended: what shows that worker and clock are at work."""

    name = models.CharField("tâche", max_length=60, unique=True)
    at = models.DateTimeField("finie le", default=timezone.now)

    class Meta:
        verbose_name = "dernier passage"
        verbose_name_plural = "derniers passages"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
