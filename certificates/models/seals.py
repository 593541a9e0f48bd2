"""The electronic seals of documents."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from certificates.enums import TimestampState
from certificates.models.documents import Document, DocumentFile
from core.french import PARIS, format_day, format_time
from core.models.append_only import AppendOnlyModel


class DocumentSeal(AppendOnlyModel):
    """The electronic seal of a document: which certificate, and whether others dated it."""

    document = models.OneToOneField(
        Document, verbose_name="document", on_delete=models.PROTECT, related_name="seal"
    )
    file = models.OneToOneField(
        DocumentFile, verbose_name="fichier", on_delete=models.PROTECT, related_name="seal"
    )
    subject = models.CharField("titulaire du certificat", max_length=255)
    serial = models.CharField("numéro de série", max_length=64)
    fingerprint = models.CharField("empreinte du certificat", max_length=64)
    is_demonstration = models.BooleanField("cachet de démonstration")
    sealed_at = models.DateTimeField("scellé le", default=timezone.now)
    timestamp_state = models.CharField("horodatage", max_length=8, choices=TimestampState)
    timestamped_at = models.DateTimeField("horodaté le", null=True, blank=True)
    timestamp_authority = models.CharField("autorité d’horodatage", max_length=255, blank=True)
    timestamp_failure = models.CharField("cause du défaut d’horodatage", max_length=255, blank=True)

    class Meta:
        verbose_name = "cachet de document"
        verbose_name_plural = "cachets de documents"
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["is_demonstration", "timestamp_state"], name="certificates_seal_sort"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(timestamp_state=TimestampState.DONE, timestamped_at__isnull=False)
                | (~Q(timestamp_state=TimestampState.DONE) & Q(timestamped_at__isnull=True)),
                name="certificates_seal_timestamp_has_date",
                violation_error_message="Un cachet horodaté porte la date que l’autorité a dite.",
            ),
            models.CheckConstraint(
                condition=~Q(timestamp_state=TimestampState.FAILED) | ~Q(timestamp_failure=""),
                name="certificates_seal_failure_has_cause",
                violation_error_message="Un cachet non horodaté dit pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def words(self) -> str:
        """The same for a column: « Organisme, horodaté », « Démonstration »."""
        who = "Démonstration" if self.is_demonstration else "Organisme"
        if self.timestamp_state == TimestampState.NONE:
            return who
        return f"{who}, {self.get_timestamp_state_display().lower()}"

    @property
    def sentence(self) -> str:
        """« Cachet de démonstration, non horodaté », « Cachet électronique de SCIC Exemple… »."""
        who = (
            "Cachet de démonstration, sans valeur juridique"
            if self.is_demonstration
            else f"Cachet électronique de {self.subject}"
        )
        if self.timestamped_at is not None:
            hour = format_time(self.timestamped_at, zone=PARIS)
            when = f"{format_day(self.timestamped_at)} à {hour}"
            return f"{who}, horodaté par {self.timestamp_authority} le {when}"
        if self.timestamp_state == TimestampState.FAILED:
            return f"{who}, non horodaté"
        return who
