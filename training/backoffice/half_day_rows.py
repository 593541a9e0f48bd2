"""Half-days of a session as a list shows them, attendance counted, in few queries."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from core.french import plural
from training.domain.expected import expected_by_half_days
from training.enums import AttendanceState, HalfDayState
from training.models import HalfDay, TrainingSession


@dataclass(frozen=True)
class HalfDayRow:
    """One half-day, with who came out of whom was expected."""

    half_day: HalfDay
    present: int
    recorded: int
    expected: int

    @property
    def begun(self) -> bool:
        """Whether its start is past."""
        return self.half_day.starts_at <= timezone.now()

    @property
    def to_close(self) -> bool:
        """Over, and not closed."""
        return (
            self.half_day.state == HalfDayState.PLANNED and self.half_day.ends_at < timezone.now()
        )

    @property
    def attendance(self) -> str:
        """« 11 sur 12 » once it began or something is recorded, « 12 attendues » before."""
        if not self.half_day.counts:
            return ""
        if self.begun or self.recorded:
            return f"{self.present} sur {self.expected}"
        return plural(self.expected, "attendue") if self.expected else ""

    @property
    def unresolved(self) -> int:
        """How many people expected have nothing recorded, once it began."""
        counts = self.half_day.state == HalfDayState.PLANNED and self.begun
        return max(0, self.expected - self.recorded) if counts else 0

    @property
    def movable(self) -> bool:
        """Still planned, and not countersigned: cancelled or moved with a reason."""
        return self.half_day.state == HalfDayState.PLANNED and self.half_day.first_locked_at is None

    @property
    def editable(self) -> bool:
        """Still planned, with nothing recorded."""
        return self.half_day.state == HalfDayState.PLANNED and not self.recorded


def half_day_rows(session: TrainingSession) -> list[HalfDayRow]:
    """Every half-day of the session, in order of time; the number of queries is constant."""
    half_days = list(
        session.half_days.select_related("venue", "session__venue", "moved_to")
        .prefetch_related("assignments__trainer", "groups")
        .annotate(
            recorded=Count("marks"),
            present=Count("marks", filter=Q(marks__state=AttendanceState.PRESENT)),
        )
        .order_by("starts_at", "pk")
    )
    expected = expected_by_half_days(half_days=half_days)
    return [
        HalfDayRow(half_day, half_day.present, half_day.recorded, len(expected[half_day.pk]))
        for half_day in half_days
    ]


def half_day_words(half_day: HalfDay) -> str:
    """« lundi 14 janvier 2027, matin, 9 h – 12 h 30 »."""
    return f"{half_day.day_words}, {half_day.get_label_display()}, {half_day.times_range}"
