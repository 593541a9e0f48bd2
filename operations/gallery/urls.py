"""URLs of the gallery, under /galerie/ when DEBUG is on."""

from django.urls import path

from operations.gallery import views

app_name = "gallery"
urlpatterns = [
    path("", views.index, name="index"),
    path("composants/", views.components, name="components"),
    path("documents/<slug:code>-<int:rank>.pdf", views.document, name="document"),
    path("courriels/<slug:slug>/", views.mail, name="mail"),
    path("courriels/<slug:slug>.html", views.mail_html, name="mail-html"),
    path("erreurs/<str:name>/", views.error_page, name="error"),
]
