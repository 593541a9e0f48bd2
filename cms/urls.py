"""Addresses of the room that are not pages."""

from django.urls import path

from cms import calendars, views

app_name = "cms"
urlpatterns = [
    path(
        "dessins/1/<int:width>x<int:height>-<int:parcels>/<int:number>.svg",
        views.drawing,
        name="drawing",
    ),
    path("formations.ics", views.sessions_calendar, name="sessions-calendar"),
    path("formations.xml", views.sessions_feed, name="sessions-feed"),
    path("sessions/<str:code>.ics", views.session_calendar, name="session-ics"),
    path("recherche/", views.search, name="search"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("flux/actualites.xml", calendars.NewsFeed(), name="news-feed"),
    path("flux/agenda.ics", calendars.agenda, name="agenda"),
    path("flux/agenda/<int:pk>.ics", calendars.event_calendar, name="event-calendar"),
]
