"""A column of plain words beside the names: found whatever the accents, on every database."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from training.plain_text import plain_words

Row = TypeVar("Row", bound="PlainSearchModel")
#: More words than anybody types.
MOST_WORDS = 6


class PlainSearchQuerySet(models.QuerySet[Row]):
    """Keeps the column up to date where rows are written many at a time."""

    def searched(self, text: str) -> "PlainSearchQuerySet[Row]":
        """The rows that hold every word of the text, in any order; all of them for no word."""
        return self.filter(holding_words(text, ["search_text"]))

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        rows = list(objs)
        for row in rows:
            row.refresh_search_text()
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(
        self, objs: Iterable[Row], fields: Sequence[str], *args: Any, **kwargs: Any
    ) -> int:
        rows = list(objs)
        if set(fields) & set(self.model.SEARCHED):
            fields = [*fields, "search_text"]
            for row in rows:
                row.refresh_search_text()
        return super().bulk_update(rows, fields, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        if "search_text" not in kwargs and set(kwargs) & set(self.model.SEARCHED):
            raise ValueError("update() would leave search_text behind: save the rows.")
        return super().update(**kwargs)


class PlainSearchModel(models.Model):
    """`SEARCHED` names the columns whose words are kept, without accents or capitals."""

    SEARCHED: tuple[str, ...] = ()

    search_text = models.TextField("mots cherchés", blank=True, editable=False)

    objects = PlainSearchQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refresh_search_text()
        written = kwargs.get("update_fields")
        if written is not None and set(written) & set(self.SEARCHED):
            kwargs["update_fields"] = {*written, "search_text"}
        super().save(*args, **kwargs)

    def refresh_search_text(self) -> None:
        """Read the words again from the columns."""
        self.search_text = plain_columns(self, self.SEARCHED)


def plain_columns(row: models.Model, columns: Iterable[str]) -> str:
    """The plain words of some columns of a row, with a space between them."""
    return " ".join(plain_words(" ".join(str(getattr(row, name)) for name in columns)))


def holding_words(text: str, fields: Iterable[str]) -> Q:
    """Rows where each word of the text is in one of the fields.

    Fields named `search_text`, of the row or of one related to it, are compared in plain form,
    the others as they are written, capitals aside.
    """
    wanted = Q()
    for word in text.split()[:MOST_WORDS]:
        anywhere = Q()
        for field in fields:
            anywhere |= _holding(word, field)
        wanted &= anywhere
    return wanted


def _holding(word: str, field: str) -> Q:
    if not field.endswith("search_text"):
        return Q(**{f"{field}__icontains": word})
    parts = plain_words(word)
    if not parts:
        return Q(pk__in=[])
    found = Q()
    for part in parts:
        found &= Q(**{f"{field}__contains": part})
    return found
