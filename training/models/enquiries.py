"""First contacts: a person asks for something, and what we did about it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class EnquiryChannel(models.TextChoices):
    """How the request reached us."""

    WEB = "web", "Formulaire du site"
    PHONE = "phone", "Téléphone"
    MAIL = "mail", "Courriel"
    LETTER = "letter", "Courrier"
    VISIT = "visit", "Visite"


class EnquirySubject(models.TextChoices):
    """What it is about."""

    TRAINING = "training", "Une formation"
    SUPPORT = "support", "Un accompagnement"
    PLACE = "place", "Un lieu ou une salle"
    PARTNERSHIP = "partnership", "Un partenariat"
    OTHER = "other", "Autre chose"


class EnquiryOutcome(models.TextChoices):
    """How it ended."""

    ANSWERED = "answered", "Réponse donnée"
    PROPOSED = "proposed", "Proposition envoyée"
    AGREED = "agreed", "Accord conclu"
    REDIRECTED = "redirected", "Orientée vers d’autres"
    DROPPED = "dropped", "Sans suite"


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    """Filters of the list and of the to-do."""

    def waiting(self) -> "EnquiryQuerySet":
        """Those not closed yet, the most pressing first."""
        return self.filter(closed_at__isnull=True).order_by(
            models.F("next_action_on").asc(nulls_first=True), "received_at", "pk"
        )


class Enquiry(models.Model):
    """The dated trace of a first contact (indicators 4 and 31): who, in their words, what next."""

    received_at = models.DateTimeField("reçue le", default=timezone.now)
    channel = models.CharField("arrivée par", max_length=10, choices=EnquiryChannel)
    subject = models.CharField("objet", max_length=12, choices=EnquirySubject)
    name = models.CharField("nom", max_length=150)
    organisation = models.CharField("structure", max_length=200, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    need = models.TextField("demande, avec ses mots", max_length=4000)
    next_action = models.CharField("prochaine action", max_length=255, blank=True)
    next_action_on = models.DateField("à faire le", null=True, blank=True)
    follow_up = models.TextField("suivi", max_length=4000, blank=True)
    outcome = models.CharField("issue", max_length=12, choices=EnquiryOutcome, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="suivie par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Sent with the form: a double click makes one request.
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = "demande"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="training_enquiry_closed_has_outcome",
                violation_error_message="Une demande close a une issue, et elle seule.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} : {self.get_subject_display().lower()}"
