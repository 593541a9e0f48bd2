"""What the domain adds to the Wagtail admin."""

from django.http import HttpRequest
from django.urls import reverse

from wagtail import hooks

from training.backoffice import imports
from training.backoffice.session_tabs import SessionTab
from training.backoffice.sessions import SessionViewSet
from training.models import TrainingSession


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[object]:
    """The lists of records and their screens."""
    return [SessionViewSet()]


@hooks.register("construct_session_tabs")
def add_session_tabs(
    session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]
) -> None:
    """The tabs of the domain on the page of a session."""
    tabs.append(
        SessionTab("summary", "Résumé", reverse("sessions:show", args=[session.pk]), order=10)
    )


@hooks.register("register_admin_urls")
def register_import_urls() -> list[object]:
    """The screens of imports."""
    return [*imports.urlpatterns]


@hooks.register("register_admin_menu_item")
def register_import_menu_item() -> object:
    """« Imports » in the menu."""
    return imports.menu_item
