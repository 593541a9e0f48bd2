"""Sessions to come, for the calendars and the readers of visitors."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vText

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed

from cms.models.upcoming import UpcomingSession
from training import french


def as_calendar(lines: Iterable[UpcomingSession], *, name: str) -> bytes:
    """An iCalendar file (RFC 5545): one event a day and a session, times in UTC.

    Identifiers stay when a session is moved within its day, so that calendars follow.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Cooperative IDEAL//Formations//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar["X-WR-CALNAME"] = vText(name)
    for line in lines:
        for day, (starts_at, ends_at) in _days(line).items():
            calendar.add_component(_event(line, day, starts_at, ends_at))
    return calendar.to_ical()


def as_feed(lines: Iterable[UpcomingSession], *, address: str) -> str:
    """An RSS 2.0 feed, one item a session; `address` is the page that it follows."""
    feed = Rss201rev2Feed(
        title="Formations\u00a0: sessions à venir",
        link=address,
        description="Les sessions ouvertes à l’inscription, la plus proche d’abord.",
        language="fr",
        feed_url=settings.SITE_URL + reverse("cms:sessions-feed"),
    )
    for line in lines:
        feed.add_item(
            title=f"{line.title}, {line.dates}",
            link=_address_of(line),
            description=f"{line.length}, {line.place}. {line.seats_label}.",
            unique_id=line.code,
            unique_id_is_permalink=False,
            pubdate=line.announced_at,
        )
    return feed.writeString("utf-8")


def _days(line: UpcomingSession) -> dict[dt.date, tuple[dt.datetime, dt.datetime]]:
    """First start and last end of each day."""
    found: dict[dt.date, tuple[dt.datetime, dt.datetime]] = {}
    for meeting in line.meetings:
        day = french.as_day(meeting.starts_at)
        starts_at, ends_at = found.get(day, (meeting.starts_at, meeting.ends_at))
        found[day] = min(starts_at, meeting.starts_at), max(ends_at, meeting.ends_at)
    return found


def _event(
    line: UpcomingSession, day: dt.date, starts_at: dt.datetime, ends_at: dt.datetime
) -> Event:
    event = Event()
    host = urlsplit(settings.SITE_URL).hostname
    event.add("uid", f"{line.code}-{day:%Y%m%d}@{host}")
    event.add("dtstamp", timezone.now().astimezone(dt.UTC))
    event.add("dtstart", starts_at.astimezone(dt.UTC))
    event.add("dtend", ends_at.astimezone(dt.UTC))
    event.add("summary", line.title)
    event.add("url", _address_of(line))
    where = line.place
    if line.venue:
        city = f"{line.venue.postcode} {line.venue.city}".strip()
        where = ", ".join(filter(None, [line.venue.name, line.venue.address, city]))
    event.add("location", where[:1].upper() + where[1:])
    event.add("status", "CONFIRMED" if line.is_confirmed else "TENTATIVE")
    event.add("description", f"{line.length}, {line.place}. {line.seats_label}.")
    return event


def _address_of(line: UpcomingSession) -> str:
    """The page of the course, or the form when the course has none."""
    return settings.SITE_URL + (line.url or reverse("portal:enrol", args=[line.code]))
