"""Screens of the site in the back office."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from wagtail import hooks
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.backoffice.course_reviews import ReviewsPanel
from cms.backoffice.wordings import WatchedWordingViewSet
from cms.models import CoursePage, Theme


class ThemeViewSet(SnippetViewSet):
    """Themes of the catalogue."""

    model = Theme
    icon = "tag"
    menu_label = "Thèmes"
    list_display = ["name", "slug", "sort_order"]
    ordering = ["sort_order", "name"]
    add_to_admin_menu = False


register_snippet(ThemeViewSet)


@hooks.register("register_admin_viewset")
def register_wordings() -> WatchedWordingViewSet:
    """The list of expressions, among the settings."""
    return WatchedWordingViewSet()


@hooks.register("construct_homepage_panels")
def add_reviews(request: HttpRequest, panels: list[Any]) -> None:
    """Courses to read again, for those who write pages."""
    panel = ReviewsPanel()
    if panel.is_shown(request):
        panels.append(panel)


@hooks.register("before_bulk_action")
def refuse_faulty_courses(
    request: HttpRequest, action_type: str, objects: list[Any], action_class_instance: Any
) -> HttpResponse | None:
    """Publishing from a list passes no form: the same rules are told in a message."""
    if action_type != "publish":
        return None
    for page in objects:
        if isinstance(page, Page) and page.specific_class is CoursePage:
            refused = page.specific.get_latest_revision_as_object().why_not_published()
            if refused:
                messages.error(request, f"{page.get_admin_display_title()}\u00a0: {refused}")
                return redirect(action_class_instance.next_url)
    return None
