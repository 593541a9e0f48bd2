"""Addresses of the room."""

from django.urls import path

from portal.views import enrolment, home, questionnaire

app_name = "portal"
urlpatterns = [
    path("inscription/<str:code>/", enrolment.enrol, name="enrol"),
    path("inscription/<str:code>/merci/", enrolment.enrol_done, name="enrol-done"),
    path("questionnaire/merci/", questionnaire.thanks, name="questionnaire-done"),
    path("questionnaire/<str:token>/", questionnaire.by_link, name="questionnaire"),
    path("espace/", home.home, name="home"),
    path("espace/questionnaires/<int:pk>/", questionnaire.in_space, name="own-questionnaire"),
]
