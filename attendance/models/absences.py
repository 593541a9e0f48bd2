"""Absences followed up: why, with what to show for it, and how it ended."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.enums import (
    ABSENCE_DOCUMENT_TRANSITIONS,
    ABSENCE_TRANSITIONS,
    AbsenceDocumentState,
    FollowUpOutcome,
    FollowUpState,
    NoteKind,
)


class AbsenceGround(models.Model):
    """A reason of absence that staff may write; the list is dated, and names no illness."""

    code = models.SlugField("code", max_length=20)
    label = models.CharField("motif", max_length=100)
    asks_document = models.BooleanField("demande un justificatif", default=True)
    valid_from = models.DateField("du")
    valid_to = models.DateField("au", null=True, blank=True)

    class Meta:
        verbose_name = "motif d’absence"
        verbose_name_plural = "motifs d’absence"
        ordering = ["label", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="attendance_ground_unique_per_day",
                violation_error_message="Ce motif a déjà une rédaction à partir de ce jour.",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="attendance_ground_dates_in_order",
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class AbsenceFollowUp(models.Model):
    """The follow-up of one person's absences at one session, from their lock to an outcome.

    Absences that come while it is open join it. Written by `domain.absences` alone.
    """

    transitions = ABSENCE_TRANSITIONS

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="absence_follow_ups"
    )
    state = models.CharField(
        "état", max_length=10, choices=FollowUpState, default=FollowUpState.OPEN, editable=False
    )
    ground = models.ForeignKey(
        AbsenceGround, verbose_name="motif", null=True, blank=True, on_delete=models.PROTECT
    )
    opened_at = models.DateTimeField("ouvert le", default=timezone.now)
    asked_at = models.DateTimeField("justificatif demandé le", null=True, blank=True)
    due_on = models.DateField("à remettre au plus tard le", null=True, blank=True)
    reminded_at = models.DateTimeField("rappel envoyé le", null=True, blank=True)
    outcome = models.CharField("issue", max_length=12, choices=FollowUpOutcome, blank=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    messages = models.ManyToManyField("core.Message", related_name="+")

    class Meta:
        verbose_name = "suivi d’absence"
        verbose_name_plural = "suivis d’absence"
        ordering = ["opened_at", "pk"]
        default_permissions = ("view",)
        permissions = [("operate_absencefollowup", "Peut suivre les absences")]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=~Q(state=FollowUpState.CLOSED),
                name="attendance_absence_one_open",
                violation_error_message="Un suivi est déjà ouvert pour cette personne.",
            ),
            models.CheckConstraint(
                condition=~Q(state=FollowUpState.AWAITED)
                | Q(asked_at__isnull=False, due_on__isnull=False),
                name="attendance_absence_awaited_has_dates",
                violation_error_message="Un justificatif attendu porte sa date de demande et son "
                "échéance.",
            ),
            models.CheckConstraint(
                condition=(Q(state=FollowUpState.CLOSED, closed_at__isnull=False) & ~Q(outcome=""))
                | (~Q(state=FollowUpState.CLOSED) & Q(closed_at__isnull=True, outcome="")),
                name="attendance_absence_closed_has_outcome",
                violation_error_message="Un suivi clos, et lui seul, porte son issue et sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"Absences de {self.enrolment.learner}"

    @property
    def is_open(self) -> bool:
        """Something remains to be done."""
        return self.state != FollowUpState.CLOSED


class FollowedAbsence(models.Model):
    """One half-day of a follow-up."""

    follow_up = models.ForeignKey(
        AbsenceFollowUp, on_delete=models.PROTECT, related_name="absences"
    )
    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="followed_absences"
    )
    half_day = models.ForeignKey(
        "training.HalfDay", on_delete=models.PROTECT, related_name="followed_absences"
    )

    class Meta:
        verbose_name = "absence suivie"
        verbose_name_plural = "absences suivies"
        ordering = ["half_day__starts_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "half_day"],
                name="attendance_absence_followed_once",
                violation_error_message="Cette absence est déjà suivie.",
            )
        ]

    def __str__(self) -> str:
        return str(self.half_day)


class AbsenceDocument(models.Model):
    """A supporting document, in the private storage; it may speak of health, hence its own
    permission. Retention erases the file and keeps the rest."""

    transitions = ABSENCE_DOCUMENT_TRANSITIONS

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    follow_up = models.ForeignKey(
        AbsenceFollowUp, on_delete=models.PROTECT, related_name="documents"
    )
    key = models.CharField("clé du stockage privé", max_length=255, blank=True)
    sha256 = models.CharField("empreinte", max_length=64)
    media_type = models.CharField("type", max_length=40)
    size = models.PositiveIntegerField("taille en octets")
    received_at = models.DateTimeField("reçu le", default=timezone.now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_learner = models.BooleanField("déposé par la personne", default=False)
    state = models.CharField(
        "état",
        max_length=10,
        choices=AbsenceDocumentState,
        default=AbsenceDocumentState.RECEIVED,
        editable=False,
    )
    decided_at = models.DateTimeField("vérifié le", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal = models.CharField("pourquoi il est refusé", max_length=255, blank=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "justificatif d’absence"
        verbose_name_plural = "justificatifs d’absence"
        ordering = ["received_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up", "sha256"],
                name="attendance_absence_document_once",
                violation_error_message="Ce justificatif est déjà déposé.",
            ),
            models.CheckConstraint(
                condition=Q(state=AbsenceDocumentState.RECEIVED, decided_at__isnull=True)
                | (~Q(state=AbsenceDocumentState.RECEIVED) & Q(decided_at__isnull=False)),
                name="attendance_absence_document_decided_has_date",
                violation_error_message="Un justificatif vérifié porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(key=""),
                name="attendance_absence_document_erased_has_no_file",
                violation_error_message="Un justificatif effacé n’a plus de fichier.",
            ),
        ]

    def __str__(self) -> str:
        return f"Justificatif du {self.received_at:%d/%m/%Y}"


class AbsenceNote(models.Model):
    """A line of the follow-up's own journal: how staff were in touch, and what was said.

    `text` is emptied by retention; the day and the way stay.
    """

    follow_up = models.ForeignKey(AbsenceFollowUp, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField("par", max_length=10, choices=NoteKind)
    happened_on = models.DateField("le")
    text = models.CharField("ce qui a été dit", max_length=1000, blank=True)
    written_at = models.DateTimeField("noté le", default=timezone.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "échange au sujet d’une absence"
        verbose_name_plural = "échanges au sujet d’une absence"
        ordering = ["happened_on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(text=""),
                name="attendance_absence_note_erased_is_empty",
                violation_error_message="Un échange effacé n’a plus de texte.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.happened_on:%d/%m/%Y}"
