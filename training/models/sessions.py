"""When and where it is taught: sessions, groups, half-days, who trains."""

import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q

from core import french
from core.days import day_after, day_start
from core.models.announced import AnnouncedQuerySet
from training.enums import (
    COUNTING_HALF_DAY_STATES,
    DELIVERED_SESSION_STATES,
    HALF_DAY_TRANSITIONS,
    OVER_SESSION_STATES,
    SESSION_TRANSITIONS,
    Enrolling,
    HalfDayLabel,
    HalfDayState,
    Modality,
    SessionState,
)
from training.session_codes import validate_session_code


class TrainingSessionQuerySet(AnnouncedQuerySet["TrainingSession"]):
    """Filters and figures of sessions."""

    def public(self) -> "TrainingSessionQuerySet":
        """What the public site may list: public sessions, not over, open or confirmed."""
        return self.filter(
            enrolling=Enrolling.PUBLIC,
            state__in=[SessionState.OPEN, SessionState.CONFIRMED],
        )

    def with_dates(self) -> "TrainingSessionQuerySet":
        """Adds `first_start` and `last_end`: bounds of the half-days that count.

        Subqueries: a join would group every session of the table before the first is shown.
        """
        counting = HalfDay.objects.counting().filter(session=models.OuterRef("pk"))
        return self.annotate(
            first_start=models.Subquery(counting.order_by("starts_at").values("starts_at")[:1]),
            last_end=models.Subquery(counting.order_by("-ends_at").values("ends_at")[:1]),
        )


def _zone_of(place: Any) -> ZoneInfo:
    """The clock of a place; Europe/Paris without one, or when its name is not known."""
    try:
        return ZoneInfo(place.time_zone if place else "Europe/Paris")
    except (ZoneInfoNotFoundError, ValueError):
        return french.PARIS


class TrainingSession(models.Model):
    """One delivery of a programme, in its own half-days."""

    transitions = SESSION_TRANSITIONS

    code = models.CharField("code", max_length=30, unique=True, validators=[validate_session_code])
    programme_version = models.ForeignKey(
        "training.ProgrammeVersion",
        verbose_name="programme",
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    modality = models.CharField(
        "modalité", max_length=10, choices=Modality, default=Modality.ON_SITE
    )
    enrolling = models.CharField(
        "inscriptions", max_length=10, choices=Enrolling, default=Enrolling.PUBLIC
    )
    price = models.DecimalField(
        "prix public hors taxe",
        max_digits=10,
        decimal_places=2,
        default=Decimal("0.00"),
        help_text="Par personne, en euros.",
    )
    min_seats = models.PositiveSmallIntegerField("minimum de personnes", default=1)
    max_seats = models.PositiveSmallIntegerField("maximum de personnes", default=12)
    decide_by = models.DateField("à décider avant le", null=True, blank=True)
    venue = models.ForeignKey(
        "training.Venue",
        verbose_name="lieu",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    subcontracted_to = models.CharField(
        "confiée à",
        max_length=200,
        blank=True,
        help_text="Autre organisme à qui tout ou partie de la session est confié.",
    )
    state = models.CharField(
        "état", max_length=10, choices=SessionState, default=SessionState.DRAFT, editable=False
    )
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True, editable=False)
    completed_at = models.DateTimeField("terminée le", null=True, blank=True, editable=False)
    archived_at = models.DateTimeField("archivée le", null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "session"
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["state", "enrolling"], name="training_session_state")]
        permissions = [
            ("operate_trainingsession", "Peut ouvrir, confirmer, terminer, annuler une session"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_seats__gte=models.F("min_seats")) & Q(min_seats__gte=1),
                name="training_session_seats_in_order",
                violation_error_message="Le maximum doit être au moins égal "
                "au minimum, et le minimum à 1.",
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0),
                name="training_session_price_not_negative",
                violation_error_message="Le prix ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=False) | ~Q(state=SessionState.OPEN),
                name="training_session_open_has_date",
                violation_error_message="Une session ouverte porte sa date d’ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False)
                | ~Q(
                    state__in=[
                        SessionState.CONFIRMED,
                        SessionState.COMPLETED,
                        SessionState.ARCHIVED,
                    ]
                ),
                name="training_session_confirmed_has_date",
                violation_error_message="Une session confirmée porte sa date de confirmation.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[SessionState.COMPLETED, SessionState.ARCHIVED],
                    completed_at__isnull=False,
                )
                | (
                    ~Q(state__in=[SessionState.COMPLETED, SessionState.ARCHIVED])
                    & Q(completed_at__isnull=True)
                ),
                name="training_session_completed_has_date",
                violation_error_message="Seule une session terminée porte une date de fin.",
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=SessionState.CANCELLED) & Q(cancelled_at__isnull=True)),
                name="training_session_cancelled_has_date",
                violation_error_message="Seule une session annulée porte une date d’annulation.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}, {self.programme_version.title}"

    @property
    def zone(self) -> ZoneInfo:
        """The clock of its usual place, for what concerns no half-day in particular."""
        return _zone_of(None if self.modality == Modality.REMOTE else self.venue)

    @property
    def title(self) -> str:
        """The title as sold."""
        return self.programme_version.title

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is written any more: completed, archived or cancelled."""
        return self.state in OVER_SESSION_STATES

    @property
    def is_delivered(self) -> bool:
        """Whether it took place to its end: completed, archived or not."""
        return self.state in DELIVERED_SESSION_STATES


class SessionGroup(models.Model):
    """Part of a session that follows its own half-days."""

    session = models.ForeignKey(
        TrainingSession, verbose_name="session", on_delete=models.CASCADE, related_name="groups"
    )
    name = models.CharField("groupe", max_length=60)

    class Meta:
        verbose_name = "groupe"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "name"],
                name="training_group_name_unique",
                violation_error_message="Ce groupe existe déjà dans la session.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class HalfDayQuerySet(AnnouncedQuerySet["HalfDay"]):
    """Filters of half-days."""

    def counting(self) -> "HalfDayQuerySet":
        """Half-days that take place: planned or held, not cancelled, not moved."""
        return self.filter(state__in=COUNTING_HALF_DAY_STATES)

    def with_place(self) -> "HalfDayQuerySet":
        """Their places at hand: hours are given by the clock of the place."""
        return self.select_related("venue", "session__venue")

    def on_day(self, day: datetime.date) -> "HalfDayQuerySet":
        """Half-days that start on a day, in Europe/Paris.

        By the bounds of the day: a cast to a day would read every half-day, index or not.
        """
        return self.filter(starts_at__gte=day_start(day), starts_at__lt=day_after(day))


class HalfDay(models.Model):
    """A half-day of training. Counted minutes are entered, not deduced from the clock."""

    transitions = HALF_DAY_TRANSITIONS

    session = models.ForeignKey(
        TrainingSession, verbose_name="session", on_delete=models.PROTECT, related_name="half_days"
    )
    label = models.CharField("moment", max_length=10, choices=HalfDayLabel)
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin", help_text="Peut passer minuit.")
    counted_minutes = models.PositiveSmallIntegerField(
        "minutes comptées", help_text="Durée de formation, pauses déduites."
    )
    modality = models.CharField(
        "modalité", max_length=10, choices=Modality, default=Modality.ON_SITE
    )
    venue = models.ForeignKey(
        "training.Venue",
        verbose_name="lieu",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="half_days",
        help_text="Vide : celui de la session.",
    )
    # Not a URLField: the form says which scheme it assumes, where it is shown.
    link = models.CharField(
        "lien de visioconférence",
        max_length=200,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    groups = models.ManyToManyField(
        SessionGroup,
        verbose_name="groupes",
        blank=True,
        related_name="half_days",
        help_text="Aucun : tout le monde.",
    )
    state = models.CharField(
        "état", max_length=10, choices=HalfDayState, default=HalfDayState.PLANNED, editable=False
    )
    moved_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="moved_from",
    )
    #: A trainer, or the staff, has countersigned: it can no longer be moved nor cancelled.
    first_locked_at = models.DateTimeField(
        "première clôture le", null=True, blank=True, editable=False
    )
    held_at = models.DateTimeField("close le", null=True, blank=True, editable=False)

    objects = HalfDayQuerySet.as_manager()

    class Meta:
        verbose_name = "demi-journée"
        verbose_name_plural = "demi-journées"
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at"], name="training_half_day_start")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")),
                name="training_half_day_ends_after_start",
                violation_error_message="La fin doit suivre le début.",
            ),
            models.CheckConstraint(
                condition=Q(counted_minutes__range=(1, 720)),
                name="training_half_day_minutes_plausible",
                violation_error_message="Les minutes comptées vont de 1 à 720.",
            ),
            models.CheckConstraint(
                condition=Q(state=HalfDayState.MOVED, moved_to__isnull=False)
                | (~Q(state=HalfDayState.MOVED) & Q(moved_to__isnull=True)),
                name="training_half_day_moved_has_target",
                violation_error_message="Une demi-journée déplacée indique la nouvelle.",
            ),
            models.CheckConstraint(
                condition=Q(state=HalfDayState.HELD, held_at__isnull=False)
                | (~Q(state=HalfDayState.HELD) & Q(held_at__isnull=True)),
                name="training_half_day_held_has_date",
                violation_error_message="Seule une demi-journée close porte sa date de clôture.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}, {self.get_label_display()}"

    def clean(self) -> None:
        """Counted minutes cannot exceed the time between start and end."""
        super().clean()
        if self.starts_at and self.ends_at and self.counted_minutes:
            clock_minutes = (self.ends_at - self.starts_at).total_seconds() / 60
            if self.counted_minutes > clock_minutes:
                raise ValidationError(
                    {
                        "counted_minutes": "Les minutes comptées dépassent la durée "
                        "entre le début et la fin."
                    }
                )

    @property
    def counts(self) -> bool:
        """Whether it takes place: planned or held, not cancelled, not moved."""
        return self.state in COUNTING_HALF_DAY_STATES

    @property
    def place(self) -> str:
        """Where people meet: the venue, the session's venue, or « à distance »."""
        if self.modality == Modality.REMOTE:
            return "à distance"
        return str(self.venue or self.session.venue or "lieu à préciser")

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the place: that of its venue; Europe/Paris at a distance."""
        return _zone_of(
            None if self.modality == Modality.REMOTE else self.venue or self.session.venue
        )

    @property
    def day(self) -> datetime.date:
        """The day it begins on, by the clock of the place."""
        return french.as_day(self.starts_at, zone=self.zone)

    @property
    def day_words(self) -> str:
        """« jeudi 14 janvier 2027 », by the clock of the place."""
        return french.format_day(self.starts_at, weekday=True, zone=self.zone)

    @property
    def times_words(self) -> str:
        """« 9 h à 12 h 30 », by the clock of the place, said when it is not that of Paris."""
        return french.format_times(self.starts_at, self.ends_at, zone=self.zone, to=" à ")

    @property
    def times_range(self) -> str:
        """« 9 h – 12 h 30 », by the clock of the place, said when it is not that of Paris."""
        return french.format_times(self.starts_at, self.ends_at, zone=self.zone)

    def moment(self, clock: datetime.time) -> datetime.datetime:
        """A time read on a clock of the place, as a moment of this half-day, midnight passed or
        not."""
        starts = self.starts_at.astimezone(self.zone)
        read = datetime.datetime.combine(starts.date(), clock, tzinfo=self.zone)
        if read < starts - datetime.timedelta(hours=12):
            return read + datetime.timedelta(days=1)
        return read
