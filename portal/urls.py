"""URLs of the portal."""

from django.urls import path

from portal.views import (
    absences,
    after_the_day,
    enrolment,
    half_day,
    home,
    live,
    offline,
    own_phone,
    questionnaire,
    remote,
    trainer,
)

app_name = "portal"
urlpatterns = [
    # Before the next: a session may have the code « CONFIRMER ».
    path("inscription/<code:code>/merci/", enrolment.enrol_done, name="enrol-done"),
    path("inscription/confirmer/<str:token>/", enrolment.confirm, name="enrol-confirm"),
    path("inscription/<code:code>/", enrolment.enrol, name="enrol"),
    path("questionnaire/merci/", questionnaire.thanks, name="questionnaire-done"),
    path("questionnaire/<str:token>/", questionnaire.by_link, name="questionnaire"),
    path("emargement/", own_phone.enter, name="sign-room"),
    path("emargement/salle/<str:code>/", own_phone.enter_by_qr, name="sign-room-qr"),
    path("emargement/qui/", own_phone.who, name="sign-who"),
    path("emargement/signer/<uuid:enrolment>/", own_phone.sign, name="sign-own"),
    path("emargement/merci/", own_phone.done, name="sign-own-done"),
    path("emargement/journee/<str:token>/", after_the_day.receipt, name="receipt"),
    path("emargement/<str:token>/", own_phone.by_link, name="sign-link"),
    path("emargement/<str:token>/apres/", after_the_day.late_by_link, name="late-statement"),
    path(
        "espace/emargement/<uuid:enrolment>/apres/",
        after_the_day.late_in_space,
        name="own-late-statement",
    ),
    path("espace/", home.home, name="home"),
    path("espace/absences/<uuid:uuid>/", absences.absence, name="absence"),
    path("espace/questionnaires/<int:pk>/", questionnaire.in_space, name="own-questionnaire"),
    path("espace/formateur/", trainer.day, name="trainer-day"),
    path("espace/formateur/sw.js", offline.worker, name="offline-worker"),
    path("espace/formateur/manifest.webmanifest", offline.manifest, name="offline-manifest"),
    path("espace/formateur/hors-ligne/", offline.app, name="offline"),
    path("espace/formateur/hors-ligne/envoi/", offline.synchronise, name="offline-send"),
    path("espace/formateur/hors-ligne/depot/", offline.deposit, name="offline-deposit"),
    path(
        "espace/formateur/demi-journee/<int:pk>/preparer/", offline.prepare, name="offline-prepare"
    ),
    path("espace/formateur/demi-journee/<int:pk>/revoquer/", offline.revoke, name="offline-revoke"),
    path("espace/formateur/session/<code:code>/acquis/", trainer.assess, name="assess"),
    path("espace/formateur/session/<code:code>/distance/", remote.activities, name="remote"),
    path(
        "espace/formateur/session/<code:code>/distance/<int:enrolment>/<int:activity>/",
        remote.activity,
        name="remote-activity",
    ),
    path("espace/formateur/demi-journee/<int:pk>/", half_day.half_day, name="half-day"),
    path("espace/formateur/demi-journee/<int:pk>/absence/", half_day.absent, name="absent"),
    path(
        "espace/formateur/demi-journee/<int:pk>/absences/", half_day.all_absent, name="all-absent"
    ),
    path("espace/formateur/demi-journee/<int:pk>/liste/", live.live, name="live"),
    path("espace/formateur/demi-journee/<int:pk>/code/", live.room_code, name="room-code"),
    path("espace/formateur/demi-journee/<int:pk>/personne/", live.walk_in, name="walk-in"),
    path(
        "espace/formateur/demi-journee/<int:pk>/confirmer/<uuid:claim>/",
        live.confirm,
        name="confirm-claim",
    ),
    path(
        "espace/formateur/demi-journee/<int:pk>/ecarter/<uuid:claim>/",
        live.set_aside,
        name="refuse-claim",
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
