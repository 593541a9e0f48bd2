"""Leases: what a worker holds while it works, and renews, so that a killed one is soon replaced."""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

logger = logging.getLogger(__name__)

#: Renewed while the work lasts: a worker that was killed is replaced within it.
LEASE = dt.timedelta(seconds=30)
RENEWED_EVERY = dt.timedelta(seconds=7)


@contextmanager
def renewed(*, held: Callable[[], QuerySet[Any]], until: str) -> Iterator[None]:
    """Renew a lease from a thread as long as the block runs, whatever it is busy with.

    `held` gives the row, none once it is no longer the worker's; `until` is its column of the
    moment when the lease ends.
    """
    over = threading.Event()
    threading.Thread(target=_renew, args=(held, until, over), name="lease", daemon=True).start()
    try:
        yield
    finally:
        # Not waited for: it may itself be waiting for a transaction that ends after this block.
        over.set()


def _renew(held: Callable[[], QuerySet[Any]], until: str, over: threading.Event) -> None:
    while not over.wait(RENEWED_EVERY.total_seconds()):
        try:
            with transaction.atomic():
                if not over.is_set():
                    held().update(**{until: timezone.now() + LEASE})
        except DatabaseError:
            logger.warning("A lease was not renewed.")
        finally:
            connection.close()
