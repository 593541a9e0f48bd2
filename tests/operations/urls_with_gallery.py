"""The URLs of the project as under DEBUG."""

from django.urls import include, path

from config.urls import urlpatterns as project_urls
from operations.gallery import urls as gallery_urls

urlpatterns = [path("galerie/", include(gallery_urls)), *project_urls]
