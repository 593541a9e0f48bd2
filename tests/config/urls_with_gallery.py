"""The addresses of the project as under DEBUG."""

from django.urls import include, path

from config.gallery import urls as gallery_urls
from config.urls import urlpatterns as project_urls

urlpatterns = [path("galerie/", include(gallery_urls)), *project_urls]
