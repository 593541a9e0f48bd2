"""Screens of the site in the back office."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from wagtail import hooks
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from cms.backoffice import files_api
from cms.backoffice.course_reviews import ReviewsPanel
from cms.backoffice.listings import SNIPPET_VIEWSETS, SiteGroup
from cms.backoffice.wordings import WatchedWordingViewSet
from cms.domain.page_slugs import why_reserved
from cms.models import CoursePage, EnquiryPage
from cms.views import catalogue, enquiries  # noqa: F401 the catalogue registers what it shows
from cms.views.pages import context_of
from core.text import whole_number

#: After Wagtail's own checks of who may read a page.
AFTER_RESTRICTIONS = 10
#: After Wagtail has put its own.
AFTER_WAGTAIL = 10

for viewset in SNIPPET_VIEWSETS:
    register_snippet(viewset)


@hooks.register("register_admin_viewset")
def register_wordings() -> WatchedWordingViewSet:
    """The list of expressions, among the settings."""
    return WatchedWordingViewSet()


@hooks.register("construct_admin_api", order=AFTER_WAGTAIL)
def close_lists_of_files(router: Any) -> None:
    """The lists of pictures and documents are for those who may choose from them."""
    files_api.close(router)


@hooks.register("construct_page_context")
def add_context(page: Page, request: HttpRequest, context: dict[str, Any], **options: Any) -> None:
    """What each type of page shows."""
    context.update(context_of(page, request, **options))


@hooks.register("before_copy_page")
def keep_urls_of_views_from_copies(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy cannot take the URL of a view either."""
    parent = Page.objects.filter(
        pk=whole_number(request.POST.get("new_parent_page", "")) or 0
    ).first()
    slug = request.POST.get("new_slug", "")
    why = why_reserved(slug=slug, parent=parent) if parent and slug else ""
    if not why:
        return None
    messages.error(request, why)
    return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("before_move_page")
def keep_urls_of_views_from_moves(
    request: HttpRequest, page: Page, destination: Page
) -> HttpResponse | None:
    """Nor can a page that is moved."""
    why = why_reserved(slug=page.slug, parent=destination)
    if not why or request.method != "POST":
        return None
    messages.error(request, why)
    return redirect("wagtailadmin_explore", destination.pk)


@hooks.register("on_serve_page", order=AFTER_RESTRICTIONS)
def receive_enquiries(serve: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form that visitors send to its page."""

    def serve_or_receive(
        page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse:
        if isinstance(page, EnquiryPage) and request.method == "POST":
            return enquiries.receive(page, request)
        return serve(page, request, args, kwargs)

    return serve_or_receive


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
    """Publishing from a list passes no form: the same rules are given in a message."""
    if action_type != "publish":
        return None
    for page in objects:
        if isinstance(page, Page) and page.specific_class is CoursePage:
            refused = page.specific.get_latest_revision_as_object().why_not_published()
            if refused:
                messages.error(request, f"{page.get_admin_display_title()}\u00a0: {refused}")
                return redirect(action_class_instance.next_url)
    return None


@hooks.register("register_admin_viewset")
def register_listings() -> object:
    """The lists of pages by kind."""
    return SiteGroup()


class AccessibilityChecks(ContentCheckerItem):
    """What the bar of editors checks on the page: every rule of WCAG 2.2 AA that axe knows."""

    axe_run_only = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@hooks.register("construct_wagtail_userbar")
def check_more(request: HttpRequest, items: list[Any], page: object) -> None:
    """Wagtail checks a few rules of content; editors are shown them all."""
    for rank, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[rank] = AccessibilityChecks(in_editor=item.in_editor)
