"""Who takes part: enrolments, exceptions by half-day, adaptations."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models.announced import AnnouncedQuerySet
from training.enums import (
    ADAPTATION_TRANSITIONS,
    ENDED_ENROLMENT_STATES,
    ENROLMENT_TRANSITIONS,
    LIVE_ENROLMENT_STATES,
    SEAT_HOLDING_STATES,
    TAKING_PART_STATES,
    AdaptationState,
    EnrolmentState,
    TraineeType,
)
from training.models.sessions import HalfDay


class EnrolmentQuerySet(AnnouncedQuerySet["Enrolment"]):
    """Filters of enrolments."""

    def by_name(self) -> "EnrolmentQuerySet":
        """In the French order of their learners' names; seats not named yet stand together."""
        return self.order_by("learner__sort_key", "pk")

    def live(self) -> "EnrolmentQuerySet":
        """Not ended early."""
        return self.filter(state__in=LIVE_ENROLMENT_STATES)

    def answered_for(self) -> "EnrolmentQuerySet":
        """Without the public requests whose address no one has confirmed yet."""
        return self.exclude(state=EnrolmentState.UNCONFIRMED)

    def holding_seat(self) -> "EnrolmentQuerySet":
        """Those that occupy a seat of their session.

        A no-show or a drop-out keeps the seat once the first half-day has begun: no one is
        offered the seat of a person who left.
        """
        begun = HalfDay.objects.counting().filter(
            session=models.OuterRef("session"), starts_at__lte=timezone.now()
        )
        return self.filter(
            Q(state__in=SEAT_HOLDING_STATES)
            | (
                Q(state__in=[EnrolmentState.NO_SHOW, EnrolmentState.DROPPED_OUT])
                & models.Exists(begun)
            )
        )

    def taking_part(self) -> "EnrolmentQuerySet":
        """Those that are, or were at some time, really in the session (confirmed at least)."""
        return self.filter(state__in=TAKING_PART_STATES)


class Enrolment(models.Model):
    """A learner in a session, or a seat reserved for a person not named yet."""

    transitions = ENROLMENT_TRANSITIONS

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(
        "training.TrainingSession",
        verbose_name="session",
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    learner = models.ForeignKey(
        "training.Learner",
        verbose_name="personne formée",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enrolments",
        help_text="Vide : place réservée, personne pas encore nommée.",
    )
    agreement = models.ForeignKey(
        "training.Agreement",
        verbose_name="accord",
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    employer = models.ForeignKey(
        "training.Company",
        verbose_name="employeur à l’inscription",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    trainee_type = models.CharField(
        "type de stagiaire (BPF)", max_length=12, choices=TraineeType, blank=True
    )
    group = models.ForeignKey(
        "training.SessionGroup",
        verbose_name="groupe",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    state = models.CharField(
        "état",
        max_length=12,
        choices=EnrolmentState,
        default=EnrolmentState.REQUESTED,
        editable=False,
    )
    state_before_end = models.CharField(
        "état quitté", max_length=12, choices=EnrolmentState, blank=True, editable=False
    )
    waiting_rank = models.PositiveIntegerField(
        "rang d’attente", null=True, blank=True, editable=False
    )
    replaces = models.ForeignKey(
        "training.Learner",
        verbose_name="remplace",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    message = models.TextField("message", blank=True, max_length=2000)
    requested_at = models.DateTimeField("demandée le", default=timezone.now)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True, editable=False)
    completed_at = models.DateTimeField("terminée le", null=True, blank=True, editable=False)
    ended_on = models.DateField("a pris fin le", null=True, blank=True, editable=False)
    end_reason = models.CharField("motif de fin", max_length=255, blank=True, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        ordering = ["session", "learner__sort_key", "pk"]
        indexes = [
            models.Index(fields=["session", "state"], name="training_enrolment_state"),
            # The order of the list of enrolments.
            models.Index(fields=["requested_at", "id"], name="training_enrolment_requested"),
        ]
        permissions = [("operate_enrolment", "Peut accepter, confirmer, terminer une inscription")]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "learner"],
                condition=Q(state__in=LIVE_ENROLMENT_STATES),
                name="training_enrolment_one_live",
                violation_error_message="Cette personne est déjà inscrite à cette session.",
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.WAITLISTED, waiting_rank__isnull=False)
                | (~Q(state=EnrolmentState.WAITLISTED) & Q(waiting_rank__isnull=True)),
                name="training_enrolment_waiting_rank",
                violation_error_message="Seule une inscription en liste d’attente porte un rang.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=False) | ~Q(state__in=[EnrolmentState.ACCEPTED]),
                name="training_enrolment_accepted_has_date",
                violation_error_message="Une inscription acceptée porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False)
                | ~Q(state__in=[EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED]),
                name="training_enrolment_confirmed_has_date",
                violation_error_message="Une inscription confirmée porte sa date.",
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.COMPLETED, completed_at__isnull=False)
                | (~Q(state=EnrolmentState.COMPLETED) & Q(completed_at__isnull=True)),
                name="training_enrolment_completed_has_date",
                violation_error_message="Seule une inscription terminée porte une date de fin.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=ENDED_ENROLMENT_STATES, ended_on__isnull=False)
                    & ~Q(state_before_end="")
                )
                | (
                    ~Q(state__in=ENDED_ENROLMENT_STATES)
                    & Q(ended_on__isnull=True, state_before_end="", end_reason="")
                ),
                name="training_enrolment_ended_has_date",
                violation_error_message="Une inscription qui a pris fin porte sa date "
                "et l’état quitté.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner or 'Place réservée'}, {self.session.code}"


class AddressConfirmation(models.Model):
    """The link by which a person confirms the address of their request, until it is erased.

    Only the hash of its secret is stored. What the request wrote besides itself is known, so that
    nothing is left of one that nobody confirms.
    """

    enrolment = models.OneToOneField(
        Enrolment,
        verbose_name="inscription",
        on_delete=models.CASCADE,
        related_name="address_confirmation",
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField("à confirmer avant", db_index=True)
    made_learner = models.BooleanField("personne créée par la demande")
    made_company = models.BooleanField("entreprise créée par la demande")

    class Meta:
        verbose_name = "adresse à confirmer"
        verbose_name_plural = "adresses à confirmer"
        ordering = ["expires_at", "pk"]

    def __str__(self) -> str:
        return f"Adresse à confirmer, {self.enrolment}"


class EnrolmentHalfDay(models.Model):
    """An exception to who is expected: a person exempted from a half-day, or added to it."""

    enrolment = models.ForeignKey(
        Enrolment, verbose_name="inscription", on_delete=models.CASCADE, related_name="exceptions"
    )
    half_day = models.ForeignKey(
        "training.HalfDay",
        verbose_name="demi-journée",
        on_delete=models.CASCADE,
        related_name="exceptions",
    )
    expected = models.BooleanField("attendue", help_text="Non : dispensée. Oui : ajoutée.")
    reason = models.CharField("motif", max_length=255, blank=True)

    class Meta:
        verbose_name = "exception de présence"
        verbose_name_plural = "exceptions de présence"
        ordering = ["half_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "half_day"],
                name="training_exception_unique",
                violation_error_message="Une exception existe déjà pour cette demi-journée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} : {'ajoutée' if self.expected else 'dispensée'}"


class Adaptation(models.Model):
    """What is to be done for a learner, never why (indicator 10; no health data)."""

    transitions = ADAPTATION_TRANSITIONS

    enrolment = models.ForeignKey(
        Enrolment, verbose_name="inscription", on_delete=models.PROTECT, related_name="adaptations"
    )
    request = models.TextField(
        "aménagement demandé",
        max_length=1000,
        help_text="Ce qu’il faut faire, jamais le diagnostic.",
    )
    decision = models.TextField("décision", blank=True, max_length=1000)
    state = models.CharField(
        "état",
        max_length=10,
        choices=AdaptationState,
        default=AdaptationState.REQUESTED,
        editable=False,
    )
    requested_at = models.DateTimeField("demandé le", default=timezone.now, editable=False)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True, editable=False)
    applied_at = models.DateTimeField("appliqué le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "aménagement"
        ordering = ["-requested_at", "pk"]

    def __str__(self) -> str:
        return f"Aménagement pour {self.enrolment}"
