"""Addresses of the room."""

from django.urls import path

from portal.views import enrolment, home

app_name = "portal"
urlpatterns = [
    path("inscription/<str:code>/", enrolment.enrol, name="enrol"),
    path("inscription/<str:code>/merci/", enrolment.enrol_done, name="enrol-done"),
    path("espace/", home.home, name="home"),
]
