"""Keeps the text in which pages are searched for."""

from collections.abc import Iterator
from html import unescape

from django.db import models, transaction
from django.utils.html import strip_tags

from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.models import SearchEntry
from cms.search_words import stems


def index_page(page: Page) -> None:
    """Write what the published page says now; a page that is not published is forgotten."""
    if not page.live:
        forget_page(page)
        return
    specific = page.specific
    SearchEntry.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "title_words": _as_stored(specific.title),
            "words": _as_stored(" ".join(_texts(specific))),
        },
    )


def forget_page(page: Page) -> None:
    """The page is found no more."""
    SearchEntry.objects.filter(page_id=page.pk).delete()


def rebuild() -> int:
    """Write the text of every published page again; returns how many there are."""
    pages = Page.objects.live().filter(depth__gt=1).order_by("path").specific()
    count = 0
    with transaction.atomic():
        SearchEntry.objects.exclude(page__live=True).delete()
        for page in pages.iterator():
            index_page(page)
            count += 1
    return count


def is_complete() -> bool:
    """Whether every published page can be found."""
    return not Page.objects.live().filter(depth__gt=1, search_entry=None).exists()


def _as_stored(text: str) -> str:
    return f" {' '.join(stems(text))} "


def _texts(page: Page) -> Iterator[str]:
    """What a reader may read of the page, whatever its type: texts, running text, blocks."""
    yield page.title
    yield page.search_description
    for field in page._meta.get_fields():
        if not field.concrete or field.model is Page or not getattr(field, "editable", False):
            continue
        value = getattr(page, field.name, None)
        if isinstance(field, (StreamField, RichTextField)):
            yield from (unescape(strip_tags(str(part))) for part in _searchable(field, value))
        elif isinstance(field, (models.CharField, models.TextField)) and not field.choices:
            yield value or ""
        elif isinstance(field, models.ForeignKey) and field.related_model._meta.app_label == "cms":
            yield str(value or "")


def _searchable(field: models.Field, value: object) -> list[str]:
    return field.get_searchable_content(value) if value else []  # type: ignore[attr-defined]
