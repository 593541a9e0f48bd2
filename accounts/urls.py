"""URLs of /compte/: allauth's, without those that an account made by the office has no use
for (changing one’s address, confirming it)."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import include, path
from django.views.generic import RedirectView


def not_offered(request: HttpRequest, **_parts: str) -> HttpResponseBase:
    """The page exists in allauth, not here."""
    raise Http404


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="mfa_index"), name="account"),
    path("email/", not_offered, name="account-email-not-offered"),
    path("confirm-email/", not_offered, name="account-confirmation-not-offered"),
    path("confirm-email/<str:key>/", not_offered, name="account-confirmation-key-not-offered"),
    path("", include("allauth.urls")),
]
