"""A list without an order comes back shuffled, as PostgreSQL may do any day."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet


def our_apps() -> frozenset[str]:
    """The labels of the apps whose code stands in this repository."""
    return frozenset(
        config.label
        for config in apps.get_app_configs()
        if Path(config.path).parent == settings.BASE_DIR
    )


@contextmanager
def unordered_querysets_are_shuffled() -> Iterator[None]:
    """Inside the block, reading several of our rows without an order gives them in disorder."""
    original = QuerySet._fetch_all
    ours = our_apps()

    def fetch_all(self: QuerySet[Any]) -> None:
        first_time = self._result_cache is None
        original(self)
        if first_time and not self.ordered and self.model._meta.app_label in ours:
            random.shuffle(self._result_cache)

    QuerySet._fetch_all = fetch_all
    try:
        yield
    finally:
        QuerySet._fetch_all = original
