"""What is worth a look by staff at a half-day."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.enums import FlagKind


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
                fields=["half_day", "kind", "subject"], name="attendance_flag_raised_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(note=""),
                name="attendance_flag_closed_has_note",
                violation_error_message="Un point examiné porte une note.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.half_day}"
