"""Attendance: the chained log of events (the truth), its projection, the locks."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.enums import ANCHOR_TRANSITIONS, AnchorState, AttendanceKind, AttendanceMethod
from core.french import PARIS, format_day, format_time
from core.models.append_only import AppendOnlyModel
from training.enums import AbsenceReason, AttendanceState


class AttendanceEvent(AppendOnlyModel):
    """One link of a session's attendance chain. Written by `domain.attendance`, never changed.

    `hash` covers every column here, and `details_digest` covers the erasable details, so that
    the chain still verifies after retention has erased names, strokes and addresses.
    R6313-3: completion is justified by any probative element.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        "training.TrainingSession", on_delete=models.PROTECT, related_name="attendance_events"
    )
    sequence = models.PositiveIntegerField("rang dans la chaîne")
    kind = models.CharField("nature", max_length=12, choices=AttendanceKind)
    half_day = models.ForeignKey(
        "training.HalfDay", on_delete=models.PROTECT, related_name="attendance_events"
    )
    enrolment = models.ForeignKey(
        "training.Enrolment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attendance_events",
    )
    trainer = models.ForeignKey(
        "training.Trainer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("état", max_length=10, choices=AttendanceState, blank=True)
    minutes = models.PositiveSmallIntegerField("minutes suivies", null=True, blank=True)
    arrived_at = models.DateTimeField("arrivée", null=True, blank=True)
    left_at = models.DateTimeField("départ", null=True, blank=True)
    absence_reason = models.CharField(
        "motif d’absence", max_length=12, choices=AbsenceReason, blank=True
    )
    method = models.CharField("moyen", max_length=12, choices=AttendanceMethod)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    received_at = models.DateTimeField("reçu par le serveur le")
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)
    slot_hash = models.CharField(
        "empreinte de la demi-journée",
        max_length=64,
        blank=True,
        help_text="Clôture seulement : empreinte de tous les événements déjà enregistrés "
        "à cette demi-journée.",
    )
    details_digest = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    hash_version = models.PositiveSmallIntegerField(default=2)
    context = models.JSONField(
        "circonstances",
        default=dict,
        blank=True,
        help_text="Comment l’événement est arrivé : horloge de l’appareil, hors ligne, facteurs "
        "présentés. Jamais de nom ni d’adresse : ceci n’est pas effacé.",
    )

    class Meta:
        verbose_name = "événement d’émargement"
        verbose_name_plural = "événements d’émargement"
        ordering = ["session", "sequence"]
        indexes = [models.Index(fields=["half_day", "enrolment"], name="attendance_event_slot")]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "sequence"], name="attendance_event_sequence_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind=AttendanceKind.LOCK, enrolment__isnull=True)
                | (~Q(kind=AttendanceKind.LOCK) & Q(enrolment__isnull=False)),
                name="attendance_event_subject",
                violation_error_message="Une clôture ne concerne personne en particulier ; "
                "tout autre événement concerne une inscription.",
            ),
            models.CheckConstraint(
                condition=(Q(kind=AttendanceKind.LOCK) & ~Q(slot_hash=""))
                | (~Q(kind=AttendanceKind.LOCK) & Q(slot_hash="")),
                name="attendance_event_lock_has_slot_hash",
                violation_error_message="Une clôture, et elle seule, porte l’empreinte "
                "de la demi-journée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session.code} n° {self.sequence}"

    @property
    def is_offline(self) -> bool:
        """Recorded on a device without network, and sent later."""
        return bool(self.context.get("offline"))

    @property
    def happened_at(self) -> dt.datetime:
        """When it was done, by the server's clock: what a device without network said, brought
        back to the right time, or when the server received it."""
        text = self.context.get("happened_at")
        return dt.datetime.fromisoformat(text) if text else self.received_at


class AttendanceEventDetails(models.Model):
    """What of an event may be erased one day: name as signed, strokes, address, free reason.

    `AttendanceEvent.details_digest` = SHA-256(salt, canonical JSON of `data`).
    """

    event = models.OneToOneField(
        AttendanceEvent, primary_key=True, on_delete=models.PROTECT, related_name="details"
    )
    salt = models.CharField(max_length=64)
    data = models.JSONField(
        help_text="signed_name, strokes, consent, statement, ip, user_agent, reason"
    )
    #: Of the strokes alone, to find the same drawing elsewhere; it goes with the details.
    drawing_digest = models.CharField(
        "empreinte du tracé", max_length=64, blank=True, db_index=True, editable=False
    )

    class Meta:
        verbose_name = "détail d’émargement"
        verbose_name_plural = "détails d’émargement"

    def __str__(self) -> str:
        return f"Détail de {self.event_id}"


class HalfDayLock(models.Model):
    """One trainer's countersignature of a half-day."""

    half_day = models.ForeignKey("training.HalfDay", on_delete=models.PROTECT, related_name="locks")
    trainer = models.ForeignKey(
        "training.Trainer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.OneToOneField(AttendanceEvent, on_delete=models.PROTECT, related_name="lock")
    locked_at = models.DateTimeField("close le")

    class Meta:
        verbose_name = "clôture"
        ordering = ["locked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "trainer"],
                name="attendance_lock_unique_per_trainer",
                violation_error_message="Cette demi-journée est déjà close.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.half_day} close"


class ChainAnchor(models.Model):
    """The head of a chain, noted at a lock; `token` dates it (RFC 3161), once there is one.

    Kept apart from the events on purpose: an anchor beyond the end of its chain says that the
    end was cut. Without a token it is « non horodaté »; our own clock never stands in its place.
    """

    transitions = ANCHOR_TRANSITIONS

    session = models.ForeignKey(
        "training.TrainingSession", on_delete=models.PROTECT, related_name="chain_anchors"
    )
    sequence = models.PositiveIntegerField("rang du dernier événement")
    head = models.CharField("empreinte du dernier événement", max_length=64)
    noted_at = models.DateTimeField("noté le", default=timezone.now)
    state = models.CharField(
        "état", max_length=10, choices=AnchorState, default=AnchorState.UNSTAMPED, editable=False
    )
    token = models.BinaryField("jeton d’horodatage", null=True, blank=True)
    stamped_at = models.DateTimeField("horodaté le", null=True, blank=True)
    authority = models.CharField("autorité d’horodatage", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    error = models.CharField("dernière erreur", max_length=200, blank=True)

    class Meta:
        verbose_name = "ancre d’émargement"
        verbose_name_plural = "ancres d’émargement"
        ordering = ["session", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "sequence"], name="attendance_anchor_sequence_unique"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=AnchorState.STAMPED, token__isnull=False, stamped_at__isnull=False
                )
                | Q(state=AnchorState.UNSTAMPED, token__isnull=True, stamped_at__isnull=True),
                name="attendance_anchor_stamped_has_token",
                violation_error_message="Une ancre horodatée porte son jeton et sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session.code} n° {self.sequence} : {self.words.lower()}"

    @property
    def words(self) -> str:
        """« Horodaté le 14 janvier 2027 à 12 h 31, par … », or « Non horodaté »."""
        if self.stamped_at is None:
            return self.get_state_display()
        day, hour = format_day(self.stamped_at), format_time(self.stamped_at, zone=PARIS)
        return f"{self.get_state_display()} le {day} à {hour}, par {self.authority}"
