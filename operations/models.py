"""What is kept of backups: when they were made and tried, and how it went."""

from django.db import models
from django.utils import timezone

from operations.enums import BackupRunKind


class BackupRun(models.Model):
    """A backup that was made, or tried by being restored elsewhere; failures are kept as well."""

    kind = models.CharField("nature", max_length=5, choices=BackupRunKind)
    started_at = models.DateTimeField("commencé le", default=timezone.now)
    finished_at = models.DateTimeField("fini le", default=timezone.now)
    archive = models.CharField("archive", max_length=255, blank=True)
    size = models.PositiveBigIntegerField("octets", default=0)
    files = models.PositiveIntegerField("fichiers", default=0)
    failure = models.TextField("ce qui a échoué", blank=True)

    class Meta:
        verbose_name = "sauvegarde"
        verbose_name_plural = "sauvegardes"
        ordering = ["-finished_at", "-pk"]
        indexes = [models.Index(fields=["kind", "-finished_at"], name="backup_run_last")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.archive}"
