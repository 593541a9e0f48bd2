"""What attendance leaves for somebody to look at: claims, walk-ins, receipts, disputes, flags."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from training.attendance_enums import ClaimKind, ClaimState, DisputeState, FlagKind, WalkInState


class SignatureClaim(models.Model):
    """A signature that somebody gave without proving who they are, or late: it waits for the
    trainer. Nothing is recorded before; `signature` is emptied once it is decided."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("nature", max_length=10, choices=ClaimKind)
    half_day = models.ForeignKey(
        "training.HalfDay", on_delete=models.PROTECT, related_name="signature_claims"
    )
    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="signature_claims"
    )
    signature = models.JSONField("signature donnée", default=dict)
    context = models.JSONField("circonstances", default=dict)
    reason = models.CharField("motif", max_length=500, blank=True)
    made_at = models.DateTimeField("donnée le", default=timezone.now)
    state = models.CharField(
        "état", max_length=10, choices=ClaimState, default=ClaimState.PENDING, editable=False
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.OneToOneField(
        "training.AttendanceEvent", null=True, blank=True, on_delete=models.PROTECT
    )

    class Meta:
        verbose_name = "signature à confirmer"
        verbose_name_plural = "signatures à confirmer"
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "enrolment"],
                condition=Q(state=ClaimState.PENDING),
                name="training_claim_one_pending",
                violation_error_message="Une signature attend déjà d’être confirmée.",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.PENDING, decided_at__isnull=True)
                | (~Q(state=ClaimState.PENDING) & Q(decided_at__isnull=False)),
                name="training_claim_decided_has_date",
                violation_error_message="Une décision porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.half_day}"


class WalkIn(models.Model):
    """Somebody present at a half-day without an enrolment, written down by the trainer.

    Counts for nothing until the office matches it with an enrolment.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    half_day = models.ForeignKey(
        "training.HalfDay", on_delete=models.PROTECT, related_name="walk_ins"
    )
    name = models.CharField("prénom et nom", max_length=200)
    contact = models.CharField("pour la joindre", max_length=200, blank=True)
    noted_at = models.DateTimeField("notée le", default=timezone.now)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        "état", max_length=10, choices=WalkInState, default=WalkInState.TO_MATCH, editable=False
    )
    enrolment = models.ForeignKey(
        "training.Enrolment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="walk_ins",
    )
    decided_at = models.DateTimeField("traitée le", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField("note", max_length=500, blank=True)

    class Meta:
        verbose_name = "personne présente non inscrite"
        verbose_name_plural = "personnes présentes non inscrites"
        ordering = ["noted_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=WalkInState.MATCHED, enrolment__isnull=False)
                | (~Q(state=WalkInState.MATCHED) & Q(enrolment__isnull=True)),
                name="training_walk_in_matched_has_enrolment",
                violation_error_message="Une personne rattachée l’est à une inscription.",
            ),
            models.CheckConstraint(
                condition=Q(state=WalkInState.TO_MATCH, decided_at__isnull=True)
                | (~Q(state=WalkInState.TO_MATCH) & Q(decided_at__isnull=False)),
                name="training_walk_in_decided_has_date",
                violation_error_message="Une décision porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AttendanceReceipt(models.Model):
    """What a learner was told is recorded of one of their days.

    `events`: ids of the events that were recorded then, by half-day id. A later change is told
    by another receipt.
    """

    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="attendance_receipts"
    )
    day = models.DateField("jour")
    events = models.JSONField("événements", default=dict)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)
    disputable_until = models.DateTimeField("contestable jusqu’au")
    message = models.ForeignKey(
        "training.Message", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "récapitulatif d’émargement"
        verbose_name_plural = "récapitulatifs d’émargement"
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["enrolment", "day"], name="training_receipt_day")]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.day:%d/%m/%Y}"


class AttendanceDispute(models.Model):
    """A learner says that what is recorded of their day is not exact."""

    receipt = models.OneToOneField(
        AttendanceReceipt, on_delete=models.PROTECT, related_name="dispute"
    )
    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="attendance_disputes"
    )
    comment = models.CharField("ce que dit la personne", max_length=1000, blank=True)
    opened_at = models.DateTimeField("reçue le", default=timezone.now)
    state = models.CharField(
        "état", max_length=10, choices=DisputeState, default=DisputeState.OPEN, editable=False
    )
    conclusion = models.CharField("conclusion", max_length=1000, blank=True)
    closed_at = models.DateTimeField("traitée le", null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "contestation d’émargement"
        verbose_name_plural = "contestations d’émargement"
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=DisputeState.CLOSED, closed_at__isnull=False)
                | (Q(state=DisputeState.OPEN) & Q(closed_at__isnull=True)),
                name="training_dispute_closed_has_date",
                violation_error_message="Une contestation traitée porte sa date.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.receipt.day:%d/%m/%Y}"


class AttendanceFlag(models.Model):
    """Something worth a look at a half-day. It blocks nothing; staff close it with a note.

    `subject`: « e12 » (enrolment), « t3 » (trainer) or empty, so that it is raised once.
    """

    half_day = models.ForeignKey(
        "training.HalfDay", on_delete=models.PROTECT, related_name="attendance_flags"
    )
    kind = models.CharField("nature", max_length=15, choices=FlagKind)
    subject = models.CharField(max_length=20, blank=True)
    enrolment = models.ForeignKey(
        "training.Enrolment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attendance_flags",
    )
    trainer = models.ForeignKey(
        "training.Trainer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    facts = models.CharField("constat", max_length=300)
    raised_at = models.DateTimeField("relevé le", default=timezone.now)
    closed_at = models.DateTimeField("examiné le", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField("note", max_length=500, blank=True)

    class Meta:
        verbose_name = "point à regarder"
        verbose_name_plural = "points à regarder"
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "kind", "subject"], name="training_flag_raised_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(note=""),
                name="training_flag_closed_has_note",
                violation_error_message="Un point examiné porte une note.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.half_day}"
