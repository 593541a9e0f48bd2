"""What the page types of the site have in common."""

from typing import Any

from django.http import HttpRequest

from wagtail import hooks
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from core.models.announced import AnnouncedQuerySet


class SitePageQuerySet(AnnouncedQuerySet, PageQuerySet):
    """Pages whose changes in bulk are announced too."""


class SitePage(Page):
    """A page type of ours.

    What a page shows besides its own columns is read by functions registered under the hook
    `construct_page_context`, called with the page, the request, the context to complete, and what
    `get_context` was given by name. A model reads nothing from the layers above it.
    """

    objects = PageManager.from_queryset(SitePageQuerySet)()

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Wagtail's context, completed by the hook."""
        context = super().get_context(request, *args, **kwargs)
        for complete in hooks.get_hooks("construct_page_context"):
            complete(self, request, context, **kwargs)
        return context
