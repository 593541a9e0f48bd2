"""A column of plain words beside the names: found whatever the accents, on every database.

The words are folded in Python (`core.text`), because neither a generated column nor a trigger
could fold them alike on SQLite and PostgreSQL. So every way of writing a row through the ORM keeps
the column, here, and nothing else writes it.
"""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.db import models, router, transaction
from django.db.models import Q

from core.models.sort_keys import LONGEST_SORT_KEY, SortKeyField
from core.text import plain_words, sort_key, title_key

Row = TypeVar("Row", bound="PlainSearchModel")
#: More words than anybody types.
MOST_WORDS = 6
#: Columns that are read from others, and written with them.
KEPT = ("search_text", "sort_key")
#: Rows whose words are read again at once.
BATCH_SIZE = 500


class PlainSearchQuerySet(models.QuerySet[Row]):
    """Keeps the column up to date where rows are written many at a time."""

    def searched(self, text: str) -> "PlainSearchQuerySet[Row]":
        """The rows that hold every word of the text, in any order; all of them for no word."""
        return self.filter(holding_words(text, ["search_text"]))

    def by_name(self) -> "PlainSearchQuerySet[Row]":
        """In the French order of names; of those that are the same, the oldest row first."""
        return self.order_by("sort_key", "pk")

    def bulk_create(
        self,
        objs: Iterable[Row],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Row]:
        """As in Django; rows that were there already and are overwritten get their words too."""
        rows = list(objs)
        for row in rows:
            row.refresh_search_text()
        overwritten = update_conflicts and self._are_searched(update_fields or ())
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            made = super().bulk_create(
                rows, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
            )
            self._read_words_again(
                row.pk for row in made if overwritten or row.has_computed_columns()
            )
        return made

    def update(self, **kwargs: Any) -> int:
        """As in Django, whose `bulk_update` comes here too; the words follow when one of the
        columns is searched."""
        if not self._are_searched(kwargs):
            return super().update(**kwargs)
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            # Listed first: what is written may be what the rows are chosen by.
            keys = list(self.order_by().values_list("pk", flat=True))
            written = super().update(**kwargs)
            self._read_words_again(keys)
        return written

    def _are_searched(self, names: Iterable[str]) -> bool:
        return not self.model.read_columns().isdisjoint(names)

    def _read_words_again(self, keys: Iterable[Any]) -> None:
        """Set the words from the columns as the database holds them; the caller has written the
        rows in its transaction, so no one else changes them meanwhile."""
        rows, known = self.model._base_manager.using(self.db), list(keys)
        for start in range(0, len(known), BATCH_SIZE):
            part = rows.filter(pk__in=known[start : start + BATCH_SIZE])
            stale = []
            for row in part.only(*self.model.read_columns(), *KEPT):
                before = (row.search_text, row.sort_key)
                row.refresh_search_text()
                if (row.search_text, row.sort_key) != before:
                    stale.append(row)
            if stale:
                rows.bulk_update(stale, KEPT)


class PlainSearchModel(models.Model):
    """`SEARCHED` names the columns whose words are kept, without accents or capitals.

    `SORTED` names those that give the order of names: a family name and a first name, or the one
    name of a body.
    """

    SEARCHED: tuple[str, ...] = ()
    SORTED: tuple[str, ...] = ()

    search_text = models.TextField("mots cherchés", blank=True, editable=False)
    sort_key = SortKeyField("clé de tri", blank=True, editable=False)

    objects = PlainSearchQuerySet.as_manager()

    class Meta:
        abstract = True
        # What reaches a row by a relation or by `_base_manager` writes by the same rules.
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row and its words.

        When only some columns are written, or some by an expression, the words are read from the
        row as it then is: the others may have changed in the database since it was loaded.
        """
        names = kwargs.get("update_fields")
        searched = names is None or not self.read_columns().isdisjoint(names)
        if not searched:
            super().save(*args, **kwargs)
            return
        if names is None and not self.has_computed_columns():
            self.refresh_search_text()
            super().save(*args, **kwargs)
            return
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using, savepoint=False):
            super().save(*args, **kwargs)
            rows = type(self)._base_manager.using(using)
            rows._read_words_again([self.pk])  # type: ignore[attr-defined]
            self.search_text, self.sort_key = rows.values_list(*KEPT).get(pk=self.pk)

    def refresh_search_text(self) -> None:
        """Read the words and the key again from the columns."""
        self.search_text = plain_columns(self, self.SEARCHED)
        names = [str(getattr(self, name)) for name in self.SORTED]
        key = sort_key(*names) if len(names) > 1 else title_key("".join(names))
        self.sort_key = key[:LONGEST_SORT_KEY]

    @classmethod
    def read_columns(cls) -> set[str]:
        """The columns that the kept ones are read from."""
        return {*cls.SEARCHED, *cls.SORTED}

    def has_computed_columns(self) -> bool:
        """Whether a searched column holds an expression, which only the database computes."""
        return any(
            hasattr(self.__dict__.get(name), "resolve_expression") for name in self.read_columns()
        )


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
