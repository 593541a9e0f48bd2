"""What quality adds to the Wagtail admin."""

from django.http import HttpRequest

from wagtail import hooks

from quality.backoffice import packs, session_quality
from quality.backoffice.complaints import ComplaintViewSet
from training.backoffice.session_tabs import SessionTab
from training.models import TrainingSession


@hooks.register("register_admin_urls")
def register_urls() -> list[object]:
    """The screens of audit packs, and the tab of a session."""
    return [*packs.urlpatterns, *session_quality.urlpatterns]


@hooks.register("register_admin_viewset")
def register_complaints() -> object:
    """The list of complaints."""
    return ComplaintViewSet()


@hooks.register("register_admin_menu_item")
def register_menu_item() -> object:
    """« Qualité » in the menu."""
    return packs.menu_item


@hooks.register("construct_session_tabs")
def add_session_tabs(
    session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]
) -> None:
    """The tab « Qualité » on the page of a session."""
    session_quality.add_quality_tab(session, request, tabs)
