"""What pages show of the sessions to come."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone

from wagtail.models import Page

from training import french
from training.enums import Modality
from training.models import HalfDay, Programme, TrainingSession

#: What a line needs: content of versions and pages stays in the database.
LINE_FIELDS = [
    "code",
    "price",
    "max_seats",
    "modality",
    "venue__name",
    "venue__city",
    "programme_version__title",
    "programme_version__programme__code",
    "programme_version__programme__course_page__title",
    "programme_version__programme__course_page__live",
    "programme_version__programme__course_page__url_path",
    "programme_version__programme__course_page__depth",
]
#: From this number of seats left on, a session is said to be filling up.
FEW_SEATS = 3


@dataclass(frozen=True)
class UpcomingSession:
    """A public session that has not begun, as a line of a list."""

    session: TrainingSession
    title: str
    dates: str
    length: str
    place: str
    seats_left: int
    page: Page | None  # of the course, when it is published

    @property
    def seats_label(self) -> str:
        """« 7 places », or that only the waiting list is left."""
        if self.seats_left <= 0:
            return "Complet, liste d’attente"
        return french.plural(self.seats_left, "place")

    @property
    def seats_kind(self) -> str:
        """Kind of tag: "", few or full."""
        if self.seats_left <= 0:
            return "full"
        return "few" if self.seats_left <= FEW_SEATS else ""


def upcoming_sessions(
    *, programme: Programme | None = None, limit: int | None = None
) -> list[UpcomingSession]:
    """Public sessions that have not begun, soonest first: two queries, whatever their number."""
    sessions = (
        TrainingSession.objects.public()
        .with_dates()
        .with_seats()
        .filter(first_start__gt=timezone.now())
        .select_related("venue", "programme_version__programme__course_page")
        .only(*LINE_FIELDS)
        .prefetch_related(
            Prefetch(
                "half_days",
                HalfDay.objects.counting().only("session", "starts_at", "modality"),
                to_attr="counted",
            )
        )
        .order_by("first_start", "pk")
    )
    if programme is not None:
        sessions = sessions.filter(programme_version__programme=programme)
    return [_as_line(session) for session in sessions[:limit]]


def _as_line(session: TrainingSession) -> UpcomingSession:
    half_days = session.counted
    page = getattr(session.programme_version.programme, "course_page", None)
    days = {french.as_day(half_day.starts_at) for half_day in half_days}
    remote_days = days - {
        french.as_day(half_day.starts_at)
        for half_day in half_days
        if half_day.modality != Modality.REMOTE
    }
    length = french.plural(len(days), "jour")
    if remote_days and remote_days != days:
        length += f" dont {len(remote_days)} à distance"
    if session.modality == Modality.REMOTE:
        place = "à distance"
    elif session.venue:
        place = ", ".join(filter(None, [session.venue.name, session.venue.city]))
    else:
        place = "lieu à préciser"
    return UpcomingSession(
        session=session,
        title=session.programme_version.title,
        dates=french.format_days(days),
        length=length,
        place=place,
        seats_left=session.max_seats - session.seats_taken,
        page=page if page and page.live else None,
    )
