"""URLs of quality."""

from django.urls import path

from quality import views

app_name = "quality"
urlpatterns = [path("reclamation/", views.complaint, name="complaint")]
