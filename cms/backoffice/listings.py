"""Lists of what editors keep: vocabularies, directory, and pages by kind."""

from wagtail.admin.views.pages.listing import IndexView as PageIndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.snippets.views.snippets import IndexView as SnippetIndexView
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import (
    EventPage,
    LexiconEntry,
    NewsCategory,
    NewsPage,
    Partner,
    PlacePage,
    Sector,
    Theme,
)
from core.backoffice.exports import SafeExportMixin


class SnippetList(SafeExportMixin, SnippetIndexView):
    """Entries of one kind."""


class PageList(SafeExportMixin, PageIndexView):
    """Pages of one kind."""


class EntryViewSet(SnippetViewSet):
    """What the screens of every kind of entry have in common."""

    index_view_class = SnippetList


class PagesViewSet(PageListingViewSet):
    """What the lists of every kind of page have in common."""

    index_view_class = PageList


class ThemeViewSet(EntryViewSet):
    """Themes of the catalogue."""

    model = Theme
    icon = "tag"
    menu_label = "Thèmes"
    list_display = ["name", "slug", "sort_order"]
    ordering = ["sort_order", "name"]
    add_to_admin_menu = False


class LexiconEntryViewSet(EntryViewSet):
    """Words of the lexicon."""

    model = LexiconEntry
    icon = "openquote"
    list_display = ["term", "expansion", "anchor"]
    search_fields = ["term", "expansion", "definition"]
    ordering = ["term"]


class PartnerViewSet(EntryViewSet):
    """Entries of the directory."""

    model = Partner
    icon = "group"
    list_display = ["name", "kind", "town", "is_listed"]
    list_filter = ["kind", "sectors", "is_listed"]
    search_fields = ["name", "role", "town"]
    ordering = ["name"]


class SectorViewSet(EntryViewSet):
    """Sectors of the directory."""

    model = Sector
    icon = "site"
    list_display = ["name", "slug"]
    ordering = ["name"]


class NewsCategoryViewSet(EntryViewSet):
    """Categories of news."""

    model = NewsCategory
    icon = "tag"
    list_display = ["name", "slug"]
    ordering = ["name"]


SNIPPET_VIEWSETS = (
    ThemeViewSet,
    LexiconEntryViewSet,
    PartnerViewSet,
    SectorViewSet,
    NewsCategoryViewSet,
)


class NewsListing(PagesViewSet):
    """News, without going through the tree of pages."""

    model = NewsPage
    icon = "doc-full-inverse"
    menu_label = "Actualités"


class EventListing(PagesViewSet):
    """Events."""

    model = EventPage
    icon = "calendar"
    menu_label = "Événements"


class PlaceListing(PagesViewSet):
    """Places."""

    model = PlacePage
    icon = "site"
    menu_label = "Lieux du site"


class SiteGroup(ViewSetGroup):
    """What editors come for most often."""

    menu_label = "Site public"
    menu_name = "site"
    menu_icon = "site"
    menu_order = 110
    items = (NewsListing("news"), EventListing("events"), PlaceListing("places"))
