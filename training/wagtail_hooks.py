"""What the domain adds to the Wagtail admin."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html

from wagtail import hooks
from wagtail.admin.menu import DismissibleMenuItem

from training.backoffice import (
    attendance_tab,
    guide,
    house_pictures,
    imports,
    paper,
    remote,
)
from training.backoffice.attendance_tab import add_attendance_tab
from training.backoffice.attendance_todos import add_attendance_panels
from training.backoffice.enquiries import add_enquiries_panel
from training.backoffice.home import add_panels
from training.backoffice.menus import (
    FollowUpGroup,
    OrganisationGroup,
    PeopleGroup,
    TrainingGroup,
)
from training.backoffice.session_pages import add_domain_tabs
from training.backoffice.session_tabs import SessionTab
from training.models import TrainingSession


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[object]:
    """The lists of records and their screens, in four groups of the menu."""
    return [TrainingGroup(), PeopleGroup(), FollowUpGroup(), OrganisationGroup()]


@hooks.register("construct_session_tabs")
def add_session_tabs(
    session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]
) -> None:
    """The tabs of the domain on the page of a session."""
    add_domain_tabs(session, request, tabs)
    remote.add_tab(session, request, tabs)
    add_attendance_tab(session, request, tabs)


@hooks.register("construct_homepage_panels")
def add_home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """What is to be done, before what is being written."""
    add_panels(request, panels)
    add_attendance_panels(request, panels)
    add_enquiries_panel(request, panels)


@hooks.register("construct_homepage_summary_items", order=1000)
def clear_summary(request: HttpRequest, items: list[Any]) -> None:
    """Counts of pages and pictures help nobody start the day. Last, once everybody has added."""
    items.clear()


@hooks.register("construct_help_menu")
def keep_help_to_the_point(request: HttpRequest, items: list[Any]) -> None:
    """Our guide, and the keys of the keyboard: the framework's own pages, in English, elsewhere,
    are no help to the people here."""
    items[:] = [item for item in items if not isinstance(item, DismissibleMenuItem)]
    items.append(guide.menu_item())


@hooks.register("insert_global_admin_css")
def add_styles() -> str:
    """Our few rules, above Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/backoffice.css"))


@hooks.register("register_admin_urls")
def register_import_urls() -> list[object]:
    """The guide, and the screens of imports."""
    return [*guide.urlpatterns, *imports.urlpatterns]


@hooks.register("register_admin_urls")
def register_house_picture_urls() -> list[object]:
    """The pictures of the organisation's documents."""
    return [*house_pictures.ROUTES]


@hooks.register("register_admin_urls")
def register_attendance_urls() -> list[object]:
    """The attendance tab of a session, and the gestures on what it shows."""
    return [*attendance_tab.urlpatterns, *paper.urlpatterns, *remote.urlpatterns]
