"""What is recorded of each person at each half-day, however it is proven."""

from django.db import models
from django.db.models import Q

from training.enums import AbsenceReason, AttendanceState


class AttendanceMark(models.Model):
    """Projection of the chain: what is recorded now of one enrolment at one half-day."""

    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.PROTECT, related_name="marks"
    )
    half_day = models.ForeignKey("training.HalfDay", on_delete=models.PROTECT, related_name="marks")
    state = models.CharField("état", max_length=10, choices=AttendanceState)
    minutes = models.PositiveSmallIntegerField("minutes suivies")
    absence_reason = models.CharField(
        "motif d’absence", max_length=12, choices=AbsenceReason, blank=True
    )
    #: The event that says it. A plain key, not a foreign one: how attendance is proven is not this
    #: table's business, and `manage.py verify_attendance` checks that both agree.
    event_id = models.UUIDField("événement", editable=False)

    class Meta:
        verbose_name = "présence"
        ordering = ["half_day", "enrolment"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "half_day"], name="training_mark_unique"),
            models.CheckConstraint(
                condition=Q(state=AttendanceState.PRESENT)
                | Q(state=AttendanceState.ABSENT, minutes=0),
                name="training_mark_absent_has_no_minutes",
                violation_error_message="Une absence ne compte aucune minute.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} : {self.get_state_display()}"
