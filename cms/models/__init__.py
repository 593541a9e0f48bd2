"""Pages that editors write. Nothing in the domain points at them."""

from cms.models.catalogue import CatalogueIndexPage
from cms.models.content import ContentPage
from cms.models.course import CoursePage
from cms.models.home import HomePage
from cms.models.search import SearchEntry
from cms.models.theme import Theme
from cms.models.wording import WatchedWording

__all__ = [
    "CatalogueIndexPage",
    "ContentPage",
    "CoursePage",
    "HomePage",
    "SearchEntry",
    "Theme",
    "WatchedWording",
]
