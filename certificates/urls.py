"""Addresses of the room."""

from django.urls import path

from certificates.views import download, verification

app_name = "certificates"
urlpatterns = [
    path("documents/verifier/", verification.verify_by_number, name="verify-by-number"),
    path("documents/verifier/<slug:token>/", verification.verify, name="verify"),
    path("documents/<uuid:document_uuid>/", download.download, name="download"),
]
