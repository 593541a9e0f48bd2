"""What lets a person sign on their own phone: the place (a code) and the person (a link).

Of every secret only a keyed hash is stored.
"""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.french import PARIS, format_day, format_time


class RoomCode(models.Model):
    """The code shown in the room, or on the shared screen, of one half-day: proves the place.

    `nonce` lets the server say the code again to the trainer; without the installation's secret
    key it says nothing. A code stops working when it is renewed and when the half-day is locked.
    """

    half_day = models.ForeignKey(
        "training.HalfDay", on_delete=models.CASCADE, related_name="room_codes"
    )
    nonce = models.CharField(max_length=32, editable=False)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    length = models.PositiveSmallIntegerField("lettres", default=6, editable=False)
    created_at = models.DateTimeField("affiché depuis", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        verbose_name = "code de salle"
        verbose_name_plural = "codes de salle"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["half_day"],
                condition=Q(ended_at__isnull=True),
                name="attendance_room_code_one_at_a_time",
                violation_error_message="Un seul code vaut à la fois.",
            )
        ]

    def __str__(self) -> str:
        return f"Code de salle, {self.half_day}"


class GuessingAlertQuerySet(models.QuerySet["GuessingAlert"]):
    """Filters of alerts."""

    def since(self, moment: dt.datetime) -> "GuessingAlertQuerySet":
        """Those of hours that ended after `moment`."""
        return self.filter(hour__gt=moment - dt.timedelta(hours=1))


class GuessingAlert(models.Model):
    """An hour in which more wrong codes of rooms were tried than people mistype."""

    hour = models.DateTimeField("heure", unique=True)

    objects = GuessingAlertQuerySet.as_manager()

    class Meta:
        verbose_name = "essais de codes en nombre"
        verbose_name_plural = "essais de codes en nombre"
        ordering = ["-hour"]

    def __str__(self) -> str:
        day, hour = format_day(self.hour), format_time(self.hour, zone=PARIS)
        return f"Essais de codes en nombre, {day}, {hour}"


class SigningLink(models.Model):
    """A learner's personal link for the half-days of one session: proves the person."""

    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="signing_links"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au")
    ended_at = models.DateTimeField("remplacé le", null=True, blank=True)

    class Meta:
        verbose_name = "lien personnel d’émargement"
        verbose_name_plural = "liens personnels d’émargement"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(ended_at__isnull=True),
                name="attendance_signing_link_one_at_a_time",
                violation_error_message="Un seul lien vaut à la fois.",
            )
        ]

    def __str__(self) -> str:
        return f"Lien d’émargement, {self.enrolment}"


class SigningDevice(models.Model):
    """A phone that opened a personal link once: for that session the room code is enough."""

    link = models.ForeignKey(SigningLink, on_delete=models.CASCADE, related_name="devices")
    device_hash = models.CharField(max_length=64, editable=False)
    recognised_at = models.DateTimeField("reconnu le", default=timezone.now)

    class Meta:
        verbose_name = "téléphone reconnu"
        verbose_name_plural = "téléphones reconnus"
        ordering = ["recognised_at", "pk"]
        indexes = [models.Index(fields=["device_hash"], name="attendance_signing_device")]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "device_hash"], name="attendance_signing_device_once"
            )
        ]

    def __str__(self) -> str:
        return f"Téléphone reconnu, {self.link.enrolment}"
