"""A list without an order comes back shuffled, as PostgreSQL may do any day."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

OUR_APPS = {"accounts", "training", "cms", "certificates", "quality", "portal"}


@contextmanager
def unordered_querysets_are_shuffled() -> Iterator[None]:
    """Inside the block, reading several of our rows without an order gives them in disorder."""
    original = QuerySet._fetch_all

    def fetch_all(self: QuerySet[Any]) -> None:
        first_time = self._result_cache is None
        original(self)
        if first_time and not self.ordered and self.model._meta.app_label in OUR_APPS:
            random.shuffle(self._result_cache)

    QuerySet._fetch_all = fetch_all
    try:
        yield
    finally:
        QuerySet._fetch_all = original
