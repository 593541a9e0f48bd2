"""What pages show of the sessions to come.

Read as plain rows, not as objects: the catalogue shows them by the dozen.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Self

from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from wagtail.models import Site

from core import french
from training.domain.enrolments import seats
from training.enums import Modality, SessionState
from training.models import HalfDay, Programme, TrainingSession

COURSE = "programme_version__programme__course_page"
#: Where each value of a line comes from: content of versions and pages stays in the database.
COLUMNS = {
    "title": F("programme_version__title"),
    "programme_id": F("programme_version__programme"),
    "venue_name": F("venue__name"),
    "venue_address": F("venue__address"),
    "venue_postcode": F("venue__postcode"),
    "venue_city": F("venue__city"),
    "course_live": F(f"{COURSE}__live"),
    "course_path": F(f"{COURSE}__url_path"),
}
#: From this number of seats left on, a session is shown as filling up.
FEW_SEATS = 3


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A half-day: aware bounds, and whether people meet."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    is_remote: bool


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a session is held."""

    name: str
    address: str
    postcode: str
    city: str

    @property
    def key(self) -> str:
        """What stands for the place in the URL of a filtered list."""
        return slugify(self.name)


@dataclass(frozen=True, kw_only=True)
class UpcomingSession:
    """A public session that has not begun, as a line of a list."""

    code: str
    title: str
    programme_id: int
    modality: str
    price: Decimal  # euros a person, without VAT
    is_confirmed: bool
    announced_at: dt.datetime | None
    meetings: list[Meeting]  # in order
    days: list[dt.date]  # in Europe/Paris, in order
    dates: str
    length: str
    venue: Place | None  # none for a session at a distance
    seats_left: int
    url: str  # of the page of the course; empty when it is not published

    @property
    def place(self) -> str:
        """« Le Point du Jour, Savenay », or that it is at a distance or not known yet."""
        if self.modality == Modality.REMOTE:
            return "à distance"
        if self.venue:
            return ", ".join(filter(None, [self.venue.name, self.venue.city]))
        return "lieu à préciser"

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


class NextSession(NamedTuple):
    """The four words that a card says of a session."""

    dates: str
    place: str
    seats_label: str
    seats_kind: str

    @classmethod
    def of(cls, line: UpcomingSession) -> Self:
        """What a card says of this session."""
        return cls(line.dates, line.place, line.seats_label, line.seats_kind)


def upcoming_sessions(
    *, programme: Programme | None = None, code: str = "", limit: int | None = None
) -> list[UpcomingSession]:
    """Public sessions that have not begun, soonest first: two queries, whatever their number."""
    sessions = TrainingSession.objects.public()
    if programme is not None:
        sessions = sessions.filter(programme_version__programme=programme)
    if code:
        sessions = sessions.filter(code=code)
    half_days: dict[int, list[Meeting]] = defaultdict(list)
    for session, starts_at, ends_at, modality in (
        HalfDay.objects.counting()
        .filter(session__in=sessions)
        .order_by("starts_at", "pk")
        .values_list("session", "starts_at", "ends_at", "modality")
    ):
        remote = modality == Modality.REMOTE
        half_days[session].append(Meeting(starts_at=starts_at, ends_at=ends_at, is_remote=remote))
    now = timezone.now()
    soonest = sorted(
        (meetings[0].starts_at, session)
        for session, meetings in half_days.items()
        if meetings[0].starts_at > now
    )[:limit]
    if not soonest:
        return []
    rows = {row["pk"]: row for row in _rows(sessions)}
    roots = [root.root_path for root in Site.get_site_root_paths()]
    # A session that has just been closed is in the first answer and not in the second.
    return [_as_line(rows[pk], half_days[pk], roots) for _start, pk in soonest if pk in rows]


def _rows(sessions: Any) -> Any:
    return (
        seats.with_seats(sessions)
        .annotate(**COLUMNS)
        .order_by("pk")
        .values(
            "pk",
            "code",
            "state",
            "modality",
            "price",
            "max_seats",
            "seats_taken",
            "seats_waiting",
            "opened_at",
            "confirmed_at",
            *COLUMNS,
        )
    )


def _as_line(row: dict[str, Any], meetings: list[Meeting], roots: list[str]) -> UpcomingSession:
    day_of = [french.as_day(meeting.starts_at) for meeting in meetings]
    days = set(day_of)
    met = {day for day, meeting in zip(day_of, meetings, strict=True) if not meeting.is_remote}
    length = french.plural(len(days), "jour")
    if met and met != days:
        length += f" dont {len(days - met)} à distance"
    has_place = row["venue_name"] and row["modality"] != Modality.REMOTE
    return UpcomingSession(
        code=row["code"],
        title=row["title"],
        programme_id=row["programme_id"],
        modality=row["modality"],
        price=row["price"],
        is_confirmed=row["state"] == SessionState.CONFIRMED,
        announced_at=row["opened_at"] or row["confirmed_at"],
        meetings=meetings,
        days=sorted(days),
        dates=french.format_days(days),
        length=length,
        venue=Place(
            name=row["venue_name"],
            address=row["venue_address"],
            postcode=row["venue_postcode"],
            city=row["venue_city"],
        )
        if has_place
        else None,
        seats_left=seats.of_row(row).open,
        url=_url(row["course_path"], roots) if row["course_live"] else "",
    )


def _url(path: str, roots: list[str]) -> str:
    """The URL of a page on the site, from its path in the tree of pages."""
    return next((f"/{path.removeprefix(root)}" for root in roots if path.startswith(root)), "")
