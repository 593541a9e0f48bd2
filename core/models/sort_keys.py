"""The column of a sort key: compared by code point, on every database."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

#: Longer than the folded names of nearly all; two that begin alike for so long stand side by side.
LONGEST_SORT_KEY = 250


class SortKeyField(models.CharField):
    """Holds what `core.text.sort_key` gives.

    PostgreSQL would sort it by the language of the database, where spaces and case may count for
    nothing; SQLite already compares bytes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_SORT_KEY)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
