"""Addresses of the room."""

from django.urls import path, register_converter

from portal.converters import SessionCodeConverter
from portal.views import enrolment, half_day, home, questionnaire, trainer

register_converter(SessionCodeConverter, "session_code")

app_name = "portal"
urlpatterns = [
    path("inscription/<session_code:code>/", enrolment.enrol, name="enrol"),
    path("inscription/<session_code:code>/merci/", enrolment.enrol_done, name="enrol-done"),
    path("questionnaire/merci/", questionnaire.thanks, name="questionnaire-done"),
    path("questionnaire/<str:token>/", questionnaire.by_link, name="questionnaire"),
    path("espace/", home.home, name="home"),
    path("espace/questionnaires/<int:pk>/", questionnaire.in_space, name="own-questionnaire"),
    path("espace/formateur/", trainer.day, name="trainer-day"),
    path("espace/formateur/session/<session_code:code>/acquis/", trainer.assess, name="assess"),
    path("espace/formateur/demi-journee/<int:pk>/", half_day.half_day, name="half-day"),
    path("espace/formateur/demi-journee/<int:pk>/absence/", half_day.absent, name="absent"),
    path(
        "espace/formateur/demi-journee/<int:pk>/absences/", half_day.all_absent, name="all-absent"
    ),
    path("espace/formateur/demi-journee/<int:pk>/clore/", half_day.lock, name="lock"),
    path(
        "espace/formateur/demi-journee/<int:pk>/signer/<uuid:enrolment>/",
        half_day.sign,
        name="sign",
    ),
    path(
        "espace/formateur/demi-journee/<int:pk>/corriger/<uuid:enrolment>/",
        half_day.change,
        name="change",
    ),
]
