"""Every URL of the project, app by app; Wagtail's pages come last."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from operations import views
from operations.backoffice import AccountView

#: A disk that is full is not a fault of the product, and is said otherwise.
handler500 = "operations.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    re_path(r"^media/images/(?P<name>[^/\\]+)$", views.media, name="media"),
    # Wagtail's own login would accept a password alone: /compte/ is the only door.
    path(
        "gestion/login/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="admin-login-redirect",
    ),
    re_path(
        r"^gestion/password_reset/.*$",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="admin-password-redirect",
    ),
    path(
        "_util/login/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="site-login-redirect",
    ),
    # Before Wagtail's own, which takes a portrait.
    path("gestion/account/", require_admin_access(AccountView.as_view()), name="account-of-staff"),
    path("gestion/", include(wagtailadmin_urls)),
    path("compte/", include("accounts.urls")),
    path("fichiers/", include(wagtaildocs_urls)),
    path("", include("portal.urls")),
    path("", include("certificates.urls")),
    path("", include("quality.urls")),
    path("", include("cms.urls")),
    path("", include(wagtail_urls)),
]

if settings.DEBUG:
    from operations.gallery import urls as gallery_urls

    urlpatterns.insert(0, path("galerie/", include(gallery_urls)))
