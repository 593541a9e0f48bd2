"""Presences that wait for a decision: signatures to confirm, people without an enrolment."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.enums import (
    CLAIM_TRANSITIONS,
    WALK_IN_TRANSITIONS,
    ClaimKind,
    ClaimState,
    WalkInState,
)


class SignatureClaim(models.Model):
    """A signature that a person gave without proving who they are, or late: it waits for the
    trainer. Nothing is recorded before; `signature` is emptied once it is decided."""

    transitions = CLAIM_TRANSITIONS

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
        "attendance.AttendanceEvent", null=True, blank=True, on_delete=models.PROTECT
    )

    class Meta:
        verbose_name = "signature à confirmer"
        verbose_name_plural = "signatures à confirmer"
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "enrolment"],
                condition=Q(state=ClaimState.PENDING),
                name="attendance_claim_one_pending",
                violation_error_message="Une signature attend déjà d’être confirmée.",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.PENDING, decided_at__isnull=True)
                | (~Q(state=ClaimState.PENDING) & Q(decided_at__isnull=False)),
                name="attendance_claim_decided_has_date",
                violation_error_message="Une décision porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.half_day}"


class WalkIn(models.Model):
    """A person present at a half-day without an enrolment, written down by the trainer.

    Counts for nothing until the office matches it with an enrolment.
    """

    transitions = WALK_IN_TRANSITIONS

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
                name="attendance_walk_in_matched_has_enrolment",
                violation_error_message="Une personne rattachée l’est à une inscription.",
            ),
            models.CheckConstraint(
                condition=Q(state=WalkInState.TO_MATCH, decided_at__isnull=True)
                | (~Q(state=WalkInState.TO_MATCH) & Q(decided_at__isnull=False)),
                name="attendance_walk_in_decided_has_date",
                violation_error_message="Une décision porte sa date.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
