"""Keeps the text in which pages are searched for, right after every way of writing them."""

from collections.abc import Iterable, Iterator
from html import unescape

from django.db import models, transaction
from django.utils.html import strip_tags

from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.models import SearchEntry
from cms.search_words import stems


def index_page(page: Page) -> None:
    """Write what the page says now; a page that is not published is forgotten."""
    if not page.live:
        SearchEntry.objects.filter(page_id=page.pk).delete()
        return
    specific = page.specific
    SearchEntry.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "title_words": _as_stored(specific.title),
            "words": _as_stored(" ".join(_texts(specific))),
        },
    )


def index_saved(page: Page, *, columns: Iterable[str] | None) -> None:
    """The page was saved, or only some of its `columns`: write its text if it may differ.

    A partial save may come from a draft, whose other columns are not those that were published:
    the page is then read again.
    """
    if columns is None:
        index_page(page)
    elif {"live", *(field.name for field in _read_fields(type(page)))} & set(columns):
        index_pages([page.pk])


def index_pages(numbers: Iterable[int]) -> None:
    """Write again the text of these pages, as the database holds them."""
    for page in Page.objects.filter(pk__in=list(numbers)).order_by("path").specific():
        index_page(page)


def index_written(model: type[models.Model]) -> None:
    """Rows of a model were written in bulk: pages of that type, or pages that name such rows."""
    if issubclass(model, Page):
        index_pages(model._default_manager.values_list("pk", flat=True))
        return
    for page_type, field in _naming(model):
        index_pages(
            page_type.objects.filter(**{f"{field}__isnull": False}).values_list("pk", flat=True)
        )


def index_pages_naming(row: models.Model) -> None:
    """A row whose name stands in the text of pages was saved: a theme, a category, a place."""
    for page_type, field in _naming(type(row)):
        index_pages(page_type.objects.filter(**{field: row.pk}).values_list("pk", flat=True))


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


def _naming(model: type[models.Model]) -> list[tuple[type[Page], str]]:
    """(type of page, field) whose searched text holds the name of rows of this model."""
    return [
        (relation.related_model, relation.field.name)
        for relation in model._meta.related_objects
        if issubclass(relation.related_model, Page)
        and relation.field in _read_fields(relation.related_model)
    ]


def _as_stored(text: str) -> str:
    return f" {' '.join(stems(text))} "


def _read_fields(model: type[Page]) -> list[models.Field]:
    """Fields whose text is searched: running text, blocks, short texts, rows of `cms` named."""
    found = [model._meta.get_field("title"), model._meta.get_field("search_description")]
    for field in model._meta.get_fields():
        if not field.concrete or field.model is Page or not getattr(field, "editable", False):
            continue
        is_text = isinstance(field, (StreamField, RichTextField)) or (
            isinstance(field, (models.CharField, models.TextField)) and not field.choices
        )
        is_named = (
            isinstance(field, models.ForeignKey) and field.related_model._meta.app_label == "cms"
        )
        if is_text or (is_named and not field.remote_field.parent_link):
            found.append(field)
    return found


def _texts(page: Page) -> Iterator[str]:
    """What a reader may read of the page, whatever its type."""
    for field in _read_fields(type(page)):
        value = getattr(page, field.name, None)
        if isinstance(field, (StreamField, RichTextField)):
            parts = field.get_searchable_content(value) if value else []
            yield from (unescape(strip_tags(str(part))) for part in parts)
        else:
            yield str(value or "")
