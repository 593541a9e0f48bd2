"""What is kept for visitors, and when it is forgotten.

Everything is stored under a prefix: a generation, which is a number shared by all processes, and
the day in France. Forgetting means beginning another generation: what was rendered from what was
true before is stored under the old one, so that it is never shown, even if it is finished after.
What is true from a day on (a legal text, a dated rule, an event that is over) is shown that day.
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.utils import timezone

ALIAS = "pages"
GENERATION = "generation"

Value = TypeVar("Value")
_MISSING = object()


def key_prefix() -> str:
    """The prefix of everything that is kept now: « 5f0c….20270301 »."""
    generation = caches[ALIAS].get_or_set(GENERATION, _new_number, timeout=None)
    return f"{generation}.{timezone.localdate():%Y%m%d}"


def kept(name: str, compute: Callable[[], Value]) -> Value:
    """A value that pages show, computed once until pages are forgotten."""
    if not settings.PAGE_CACHE:
        return compute()
    # The prefix is read before the value is computed: see above.
    try:
        key = f"{key_prefix()}.{name}"
        found = caches[ALIAS].get(key, _MISSING)
    except OSError:
        return compute()  # a full disk, a folder that went
    if found is _MISSING:
        found = compute()
        with suppress(OSError):
            caches[ALIAS].set(key, found)
    return found


def forget_pages() -> None:
    """Show every page anew, in every process, once the present transaction is committed."""
    effect = (set(connection.savepoint_ids), _begin_generation, False)
    if effect not in connection.run_on_commit:
        transaction.on_commit(_begin_generation)


def _begin_generation() -> None:
    try:
        caches[ALIAS].set(GENERATION, _new_number(), timeout=None)
    except OSError:
        # No room to write another: none is as good, and forgetting must not fail.
        caches[ALIAS].delete(GENERATION)


def _new_number() -> str:
    return uuid.uuid4().hex
