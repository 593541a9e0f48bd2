"""Pages that editors write. Nothing in the domain points at them."""

from cms.models.catalogue import CatalogueIndexPage
from cms.models.content import ContentPage
from cms.models.course import CoursePage
from cms.models.directory import DirectoryPage, Partner, Sector
from cms.models.enquiry import EnquiryPage
from cms.models.events import EventIndexPage, EventPage
from cms.models.home import HomePage
from cms.models.lexicon import LexiconEntry, LexiconPage
from cms.models.news import NewsCategory, NewsIndexPage, NewsPage
from cms.models.places import PlacePage
from cms.models.search import SearchEntry
from cms.models.service import CertificationPage, ResultsPage, SitemapPage
from cms.models.theme import Theme
from cms.models.wording import WatchedWording

__all__ = [
    "CatalogueIndexPage",
    "CertificationPage",
    "ContentPage",
    "CoursePage",
    "DirectoryPage",
    "EnquiryPage",
    "EventIndexPage",
    "EventPage",
    "HomePage",
    "LexiconEntry",
    "LexiconPage",
    "NewsCategory",
    "NewsIndexPage",
    "NewsPage",
    "Partner",
    "PlacePage",
    "ResultsPage",
    "SearchEntry",
    "Sector",
    "SitemapPage",
    "Theme",
    "WatchedWording",
]
