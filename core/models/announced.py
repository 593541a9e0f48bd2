"""Rows whose every change is announced under a name, for apps above that show them."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal

from core.signals import bulk_written

Row = TypeVar("Row", bound=models.Model)
#: Model → the signal that its changes send.
SIGNALS: dict[type[models.Model], Signal] = {}


class AnnouncedQuerySet(models.QuerySet[Row]):
    """Announces what Django writes in bulk without any signal of its own.

    `bulk_update` goes through `update`; `delete` sends the signals of each row.
    """

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        rows = super().bulk_create(objs, *args, **kwargs)
        announce_bulk(self.model)
        return rows

    def update(self, **kwargs: Any) -> int:
        count = super().update(**kwargs)
        announce_bulk(self.model)
        return count


def announce_changes(signal: Signal, *watched: type[models.Model]) -> None:
    """Send the signal, inside the transaction, each time a row of these models is written.

    One by one (`save`, `delete`) or many at a time: their manager is an `AnnouncedQuerySet`, which
    a test of the code base checks. The signal's sender is the model; it has no other argument.
    """
    for model in watched:
        SIGNALS[model] = signal
        for written in (post_save, post_delete):
            written.connect(_on_change, sender=model, dispatch_uid=f"announced.{model._meta.label}")


def announce(model: type[models.Model]) -> None:
    """Send the signal of a model, if it has one."""
    if model in SIGNALS:
        SIGNALS[model].send(sender=model)


def announce_bulk(model: type[models.Model]) -> None:
    """Say that rows of a model were written without any signal of Django's."""
    bulk_written.send(sender=model)
    announce(model)


def _on_change(sender: type[models.Model], **_signal: Any) -> None:
    announce(sender)
