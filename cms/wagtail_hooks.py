"""Screens of the site in the back office."""

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import Theme


class ThemeViewSet(SnippetViewSet):
    """Themes of the catalogue."""

    model = Theme
    icon = "tag"
    menu_label = "Thèmes"
    list_display = ["name", "slug", "sort_order"]
    ordering = ["sort_order", "name"]
    add_to_admin_menu = False


register_snippet(ThemeViewSet)
