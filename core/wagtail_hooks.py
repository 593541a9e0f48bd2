"""What the app adds to the Wagtail admin: menus, messages, jobs, journal, organisation."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html_join

from wagtail import hooks
from wagtail.admin.menu import DismissibleMenuItem, MenuItem

from core.backoffice import (
    export_pages,
    guide,
    jobs,
    journal,
    menus,
    messages,
    organisation,
    pictures,
    rules,
)


@hooks.register("register_admin_menu_item")
def register_training_menu() -> MenuItem:
    """What happens: sessions, enrolments, half-days."""
    return menus.training_menu()


@hooks.register("register_admin_menu_item")
def register_people_menu() -> MenuItem:
    """Who it happens to, and with whom."""
    return menus.people_menu()


@hooks.register("register_admin_menu_item")
def register_monitoring_menu() -> MenuItem:
    """What runs by itself and what is kept of it: messages, jobs, imports, the journal."""
    return menus.monitoring_menu()


@hooks.register("register_admin_menu_item")
def register_organisation_menu() -> MenuItem:
    """What is set once."""
    return menus.organisation_menu()


@hooks.register("register_admin_viewset")
def register_core_viewsets() -> list[object]:
    """Messages, jobs, journal; the organisation and its dated rules."""
    return [
        messages.MessageViewSet(),
        jobs.JobViewSet(),
        journal.JournalViewSet(),
        organisation.OrganisationViewSet(),
        organisation.SignatoryViewSet(),
        rules.RuleSettingViewSet(),
    ]


@hooks.register("construct_homepage_summary_items", order=1000)
def clear_summary(request: HttpRequest, items: list[Any]) -> None:
    """Counts of pages and pictures help no one start the day. Last, once everybody has added."""
    items.clear()


@hooks.register("construct_help_menu")
def keep_help_to_the_point(request: HttpRequest, items: list[Any]) -> None:
    """Our guide, and the keys of the keyboard: the framework's own pages, in English, elsewhere,
    are no help to the people here."""
    items[:] = [item for item in items if not isinstance(item, DismissibleMenuItem)]
    items.append(guide.menu_item())


#: Style sheets of every screen, in their order.
STYLES = ("backoffice", "backoffice_tables", "backoffice_actions", "backoffice_pages")


@hooks.register("insert_global_admin_css")
def add_styles() -> str:
    """Our few rules, above Wagtail's."""
    return format_html_join(
        "",
        '<link rel="stylesheet" href="{}">',
        ((static(f"css/{name}.css"),) for name in STYLES),
    )


@hooks.register("register_admin_urls")
def register_core_urls() -> list[object]:
    """The guide, the pictures of the organisation's documents, long lists as files."""
    return [*guide.urlpatterns, *pictures.ROUTES, *export_pages.ROUTES]
