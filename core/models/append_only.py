"""Rows that are written once: evidence and journal."""

from typing import Any, NoReturn

from django.db import models

from core.exceptions import DomainError


def _refuse() -> NoReturn:
    raise DomainError(
        "Une preuve enregistrée ne se modifie pas et ne s’efface pas.", code="append_only"
    )


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Refuses every change in bulk; reading and `bulk_create` stay possible."""

    def update(self, **kwargs: Any) -> NoReturn:
        _refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse()

    def delete(self) -> NoReturn:
        _refuse()


class AppendOnlyModel(models.Model):
    """A model whose rows are inserted, then only read. PostgreSQL triggers say so too."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse()
