"""Calendar files (iCalendar, RFC 5545): sessions to come, events of the agenda."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vText

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.domain.catalogue.search import published_catalogue, search_catalogue
from cms.domain.upcoming_sessions import UpcomingSession, upcoming_sessions
from cms.models import EventPage
from cms.models.events import coming_events, published_events
from core import french
from core.converters import key_of_code
from core.downloads import disposition
from core.french import PARIS
from core.models import Organisation


@require_safe
def sessions_calendar(request: HttpRequest) -> HttpResponse:
    """The sessions to come that pass the filters of the URL, as a calendar to follow."""
    catalogue = published_catalogue()
    if catalogue is None:
        raise Http404
    lines = search_catalogue(catalogue, request.GET).lines_of_courses()
    return _inline(of_sessions(lines, name="Formations de la coopérative"), name="formations")


@require_safe
def session_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """One session to come."""
    lines = upcoming_sessions(code=code)
    if not lines:
        raise Http404
    return _inline(of_sessions(lines, name=lines[0].title), name=code)


@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """Every event to come, in one file."""
    return _attached(coming_events(), name="agenda.ics")


@require_safe
def event_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One event, published. Its past does not take it away."""
    event = get_object_or_404(published_events(), pk=pk)
    return _attached([event], name=f"{event.slug}.ics")


def of_sessions(lines: Iterable[UpcomingSession], *, name: str) -> bytes:
    """One entry a day and a session, times in UTC.

    Identifiers stay when a session is moved within its day, so that calendars follow.
    """
    calendar = _calendar("Formations")
    calendar.add("method", "PUBLISH")
    calendar["X-WR-CALNAME"] = vText(name)
    for line in lines:
        for day, (starts_at, ends_at) in _days(line).items():
            calendar.add_component(_session_entry(line, day, starts_at, ends_at))
    return calendar.to_ical()


def of_events(events: Iterable[EventPage]) -> bytes:
    """One entry an event, in a calendar that bears the name of the organisation."""
    calendar = _calendar("Agenda")
    calendar.add("name", Organisation.name_to_show())
    for event in events:
        calendar.add_component(_event_entry(event))
    return calendar.to_ical()


def _calendar(part: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//{part}//FR")
    calendar.add("version", "2.0")
    return calendar


def _days(line: UpcomingSession) -> dict[dt.date, tuple[dt.datetime, dt.datetime]]:
    """First start and last end of each day."""
    found: dict[dt.date, tuple[dt.datetime, dt.datetime]] = {}
    for meeting in line.meetings:
        day = french.as_day(meeting.starts_at)
        starts_at, ends_at = found.get(day, (meeting.starts_at, meeting.ends_at))
        found[day] = min(starts_at, meeting.starts_at), max(ends_at, meeting.ends_at)
    return found


def _session_entry(
    line: UpcomingSession, day: dt.date, starts_at: dt.datetime, ends_at: dt.datetime
) -> Event:
    entry = Event()
    host = urlsplit(settings.SITE_URL).hostname
    entry.add("uid", f"{key_of_code(line.code)}-{day:%Y%m%d}@{host}")
    entry.add("dtstamp", timezone.now().astimezone(dt.UTC))
    entry.add("dtstart", starts_at.astimezone(dt.UTC))
    entry.add("dtend", ends_at.astimezone(dt.UTC))
    entry.add("summary", line.title)
    entry.add("url", url_of(line))
    where = line.place
    if line.venue:
        city = f"{line.venue.postcode} {line.venue.city}".strip()
        where = ", ".join(filter(None, [line.venue.name, line.venue.address, city]))
    entry.add("location", where[:1].upper() + where[1:])
    entry.add("status", "CONFIRMED" if line.is_confirmed else "TENTATIVE")
    entry.add("description", f"{line.length}, {line.place}. {line.seats_label}.")
    return entry


def url_of(line: UpcomingSession) -> str:
    """The page of the course, or the form when the course has none."""
    return settings.SITE_URL + (line.url or reverse("portal:enrol", args=[line.code]))


def _event_entry(event: EventPage) -> Event:
    """An event of some hours has its hours; one without is on whole days, the last included."""
    entry = Event()
    entry.add("uid", f"{event.translation_key}@evenements")
    entry.add("dtstamp", event.last_published_at or timezone.now())
    entry.add("summary", event.title)
    if event.starts_at:
        start = dt.datetime.combine(event.starts_on, event.starts_at, tzinfo=PARIS)
        end_hour = event.ends_at or event.starts_at
        end = dt.datetime.combine(event.last_day, end_hour, tzinfo=PARIS)
        # UTC: a calendar needs no description of our time zone.
        entry.add("dtstart", start.astimezone(dt.UTC))
        entry.add("dtend", max(start, end).astimezone(dt.UTC))
    else:
        entry.add("dtstart", event.starts_on)
        entry.add("dtend", event.last_day + dt.timedelta(days=1))
    if event.venue_name:
        entry.add("location", event.venue_name)
    if event.introduction:
        entry.add("description", event.introduction)
    entry.add("url", f"{settings.SITE_URL}{event.url}")
    return entry


def _inline(content: bytes, *, name: str) -> HttpResponse:
    response = _file(content)
    response["Content-Disposition"] = disposition(f"{name}.ics")
    return response


def _attached(events: Iterable[EventPage], *, name: str) -> HttpResponse:
    response = _file(of_events(events))
    response["Content-Disposition"] = disposition(name, as_attachment=True)
    return response


def _file(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
