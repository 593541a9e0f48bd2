"""URLs of the site that are not pages."""

from django.urls import path

from cms.views import calendars, feeds, search, site

app_name = "cms"
urlpatterns = [
    path(
        "dessins/1/<int:width>x<int:height>-<int:parcels>/<int:number>.svg",
        site.drawing,
        name="drawing",
    ),
    path("formations.ics", calendars.sessions_calendar, name="sessions-calendar"),
    path("formations.xml", feeds.sessions_feed, name="sessions-feed"),
    path("sessions/<code:code>.ics", calendars.session_calendar, name="session-ics"),
    path("recherche/", search.search, name="search"),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("flux/actualites.xml", feeds.NewsFeed(), name="news-feed"),
    path("flux/agenda.ics", calendars.agenda, name="agenda"),
    path("flux/agenda/<key:pk>.ics", calendars.event_calendar, name="event-calendar"),
]
