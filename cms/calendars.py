"""News for readers of feeds, events for calendars."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.models import EventPage, NewsPage
from cms.models.events import coming_events, published_events
from cms.models.news import published_news

PARIS = ZoneInfo("Europe/Paris")
NEWS_IN_FEED = 20


class NewsFeed(Feed):
    """The last pieces of news, as RSS."""

    title = "Coopérative IDÉAL : actualités"
    link = "/"
    description = "Ce qui se passe au PTCE NOLA, en Nord-Ouest Loire-Atlantique."
    language = "fr"

    def items(self) -> list[NewsPage]:
        return list(published_news()[:NEWS_IN_FEED])

    def item_title(self, item: NewsPage) -> str:
        return item.title

    def item_description(self, item: NewsPage) -> str:
        return item.introduction

    def item_link(self, item: NewsPage) -> str:
        return item.url

    def item_guid(self, item: NewsPage) -> str:
        return f"news-{item.translation_key}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: NewsPage) -> dt.datetime:
        return dt.datetime.combine(item.date, dt.time(12), tzinfo=PARIS)

    def item_categories(self, item: NewsPage) -> list[str]:
        return [item.category.name] if item.category else []


@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """Every event to come, in one file."""
    return _calendar_file(coming_events(), name="agenda.ics")


@require_safe
def event_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One event, published. Its past does not take it away."""
    event = get_object_or_404(published_events(), pk=pk)
    return _calendar_file([event], name=f"{event.slug}.ics")


def _calendar_file(events: Iterable[EventPage], *, name: str) -> HttpResponse:
    calendar = Calendar()
    calendar.add("prodid", "-//IDEAL//Agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("name", "Coopérative IDÉAL")
    for event in events:
        calendar.add_component(_as_entry(event))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _as_entry(event: EventPage) -> Event:
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
