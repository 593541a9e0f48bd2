"""RSS feeds: sessions to come, news."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.views.decorators.http import require_safe

from cms.domain.catalogue.search import published_catalogue, search_catalogue
from cms.domain.upcoming_sessions import UpcomingSession
from cms.models import NewsIndexPage, NewsPage
from cms.models.news import published_news
from cms.views.calendars import url_of
from core.converters import key_of_code
from core.french import PARIS
from core.models import Organisation

NEWS_IN_FEED = 20


@require_safe
def sessions_feed(request: HttpRequest) -> HttpResponse:
    """The sessions to come that pass the filters of the URL."""
    catalogue = published_catalogue()
    if catalogue is None:
        raise Http404
    lines = search_catalogue(catalogue, request.GET).lines_of_courses()
    url = settings.SITE_URL + catalogue.get_url(request)
    return HttpResponse(
        of_sessions(lines, url=url), content_type="application/rss+xml; charset=utf-8"
    )


def of_sessions(lines: Iterable[UpcomingSession], *, url: str) -> str:
    """An RSS 2.0 feed, one item a session; `url` is the page that it follows."""
    feed = Rss201rev2Feed(
        title="Formations\u00a0: sessions à venir",
        link=url,
        description="Les sessions ouvertes à l’inscription, la plus proche d’abord.",
        language="fr",
        feed_url=settings.SITE_URL + reverse("cms:sessions-feed"),
    )
    for line in lines:
        feed.add_item(
            title=f"{line.title}, {line.dates}",
            link=url_of(line),
            description=f"{line.length}, {line.place}. {line.seats_label}.",
            unique_id=key_of_code(line.code),
            unique_id_is_permalink=False,
            pubdate=line.announced_at,
        )
    return feed.writeString("utf-8")


class NewsFeed(Feed):
    """The last pieces of news."""

    link = "/"
    language = "fr"

    def title(self) -> str:
        return f"{Organisation.name_to_show()} : actualités"

    def description(self) -> str:
        page = NewsIndexPage.objects.live().order_by("path").first()
        return page.introduction if page else ""

    def items(self) -> list[NewsPage]:
        return list(published_news()[:NEWS_IN_FEED])

    def item_title(self, item: NewsPage) -> str:
        return item.title

    def item_description(self, item: NewsPage) -> str:
        return item.introduction

    def item_link(self, item: NewsPage) -> str:
        return item.url

    def item_guid(self, item: NewsPage) -> str:
        return f"news-{item.translation_key}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: NewsPage) -> dt.datetime:
        return dt.datetime.combine(item.date, dt.time(12), tzinfo=PARIS)

    def item_categories(self, item: NewsPage) -> list[str]:
        return [item.category.name] if item.category else []
